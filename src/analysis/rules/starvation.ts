import * as advice from '../words/advice';
import { cause, ranked } from '../collector';
import type { WorldRule } from './rule';
import { linkText } from '../words/links';
import { count, list, span } from '../words/words';
import { FirstDiscover } from '../evidence/facts';

/* An attack on the pool: many clients that do not exist. */

/** Many clients that do not exist ask for addresses until the pool is empty. */
export const starvation: WorldRule = function* (world) {
  for (const { link, asked: exchanges, sources, incomplete } of world.attacks) {
    // A client that asks in vain while the attack lasts is its victim.
    const made = exchanges.filter(({ client }) => world.invented.has(client));
    const all = (made.length * 2 > exchanges.length ? made : exchanges).map((exchange) => new FirstDiscover(exchange));
    // A client that asks under its own address in between is a victim rather than an attacker.
    const forging = new Set(all.filter(({ source, chaddr }) => source !== chaddr).map(({ source }) => source));
    const forged = all.filter(({ source }) => forging.has(source));
    const asked = forged.length * 2 > all.length ? forged : all;
    const macs = [...new Set(asked.flatMap((one) => one.source ?? []))];
    const distinct = new Set(asked.map((one) => one.chaddr)).size;
    const time = span(asked[asked.length - 1]!.time - asked[0]!.time);
    const few = sources <= world.limits.starvationSources;
    const share =
      incomplete === 1 ? 'none of them ever completes' : `${Math.round(incomplete * 100)} % of them never complete`;
    yield {
      id: 'starvation',
      severity: 'error',
      subject: linkText(link),
      frames: asked.map((one) => one.frame),
      detail: () => ({
        title: `${distinct} clients ask within ${time}${macs.length === 1 ? `, all from ${macs[0]!}` : ''}: somebody empties the pool`,
        explanation: `DISCOVERs with ${distinct} different hardware addresses (chaddr) are sent on one link within ${time}${macs.length === 0 ? '' : `, from ${count(macs.length, 'link-layer source')} (${list(macs, 3)})`}; ${share}. Each offer sets an address of the pool aside, until nothing is left for others.`,
        causes: ranked(
          cause(
            'likely',
            'A starvation attack (Yersinia, DHCPig, gobbler)',
            few && macs.length > 0 && `all from ${list(macs, 3)}, which is not their chaddr`,
            incomplete > world.limits.starvationIncomplete && share,
          ),
          cause('possible', 'A load test (perfdhcp, dhtest)'),
          cause(
            few || world.survey.servers.size > 0 ? 'unlikely' : 'possible',
            'Many clients start at once, and no server answers them',
            world.survey.servers.size > 0 && `${list([...world.survey.servers.keys()], 3)} answers in this capture`,
            world.survey.servers.size === 0 && 'no server answers anybody',
          ),
        ),
        steps: [
          macs.length === 0
            ? 'Capture with link-layer addresses: they show the port that the messages come from.'
            : macs.length === 1
              ? `Find the port: \`show mac address-table address ${macs[0]!}\`.`
              : `Find the port that has learnt many of these addresses: \`show mac address-table address ${macs[0]!}\` names it, and \`show mac address-table count\` shows how many each has.`,
          advice.stepFor(
            'switch',
            'ios',
            'Cisco IOS',
            '`ip dhcp snooping limit rate 15` on client ports, `ip dhcp snooping verify mac-address`, and `switchport port-security maximum 3`.',
          ),
          ...advice.settings({
            dhcpd: 'limit clients by the switch port: `spawn with option agent.circuit-id; lease limit 4;` in a class',
            kea: 'the limits hook (`libdhcp_limits.so`): `"rate-limit"`, `"address-limit"`',
            windows: '`Add-DhcpServerv4Filter -List Allow …` and `Set-DhcpServerv4FilterList -Allow $true`',
          }),
        ],
        reference: 'RFC 2131 §7, RFC 7513',
      }),
    };
  }
};
