import { cause, ranked } from '../../collector';
import type { WorldRule } from '../rule';
import { linkText } from '../../words/links';
import { attacks6 } from '../../evidence/attacks6';
import { count, list, span } from '../../words/words';
import { stepFor } from '../../words/steps';

/** Many DUIDs that do not exist ask for addresses until the pool is empty. */
export const v6Starvation: WorldRule = function* (world) {
  for (const { link, asked, incomplete } of attacks6(world)) {
    const sources = [...new Set(asked.map(({ source }) => source ?? 'an unknown source'))];
    yield {
      id: 'v6-starvation',
      severity: 'error',
      subject: linkText(link),
      frames: asked.map(({ frame }) => frame),
      detail: () => {
        const took = span(asked[asked.length - 1]!.time - asked[0]!.time);
        const share =
          incomplete === 1 ? 'none of them ever completes' : `${Math.round(incomplete * 100)} % of them never complete`;
        return {
          title: `${asked.length} DUIDs ask within ${took}: somebody empties the pool`,
          explanation: `On ${linkText(link)}, ${asked.length} different DUIDs send SOLICIT within ${took}, from ${count(sources.length, 'link-layer source')} (${list(sources, 3)}); ${share}. Each takes an address out of the pool until nothing is left for others.`,
          causes: ranked(
            cause('likely', 'A starvation attack on the DHCPv6 server', `from ${list(sources, 3)}`, share),
            cause('possible', 'A load test (perfdhcp)'),
            cause(
              sources.length <= world.limits.starvationSources ? 'unlikely' : 'possible',
              'Many clients start at once, and no server answers them',
            ),
          ),
          steps: [
            `Find the port: ${list(sources.slice(0, 3).map((one) => `\`show mac address-table address ${one}\``))}.`,
            stepFor(
              'switch',
              'ios',
              'Cisco IOS',
              '`ipv6 dhcp guard`, and `switchport port-security maximum 3` on client ports.',
            ),
          ],
          reference: 'RFC 9915 §22; RFC 7513',
        };
      },
    };
  }
};
