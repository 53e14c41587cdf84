import type { Builder, Word } from './builder';

const list = (text: string): readonly string[] => text.trim().split(/\s+/);

/** Commands of `ip dhcp pool`. */
const POOL = new Set(
  list(`network host hardware-address client-identifier client-name default-router dns-server domain-name lease option
    netbios-name-server netbios-node-type next-server bootfile import utilization vrf class relay relay-information update subnet origin
    accounting override remember no address reserved-only server ip`),
);

/** Words behind `ip dhcp`. */
const DHCP = new Set(
  list(`pool excluded-address snooping relay database ping conflict bootp binding class use smart-relay compatibility limit limited-broadcast
    auto-broadcast update remember support subscriber-id global-options server aaa client drop-on-unknown-option route`),
);

/** Words that begin other commands, and are none of a pool that is mistyped. */
const ELSEWHERE =
  /^(aaa|access-list|arp|banner|boot|class-map|clock|control-plane|crypto|default|do|enable|end|event|exit|hostname|interface|int|ip|ipv6|key|license|line|logging|login|mac|monitor|ntp|password|policy-map|privilege|radius|radius-server|redundancy|route-map|router|routing|secret|service|shutdown|snmp-server|spanning-tree|ssh|standby|switch|tacacs|track|transport|username|version|vlan|voice|vtp|wr|write|zone)$/;

/**
 * The command of a pool that a word is: as written, or as its only beginning, which IOS takes as well. A word that is nearly one is
 * reported, and taken for it. Undefined for any other word: it ends the pool, because typed commands are not indented.
 */
export function poolCommand(word: Word, builder: Builder): string | undefined {
  const text = word.text.toLowerCase();
  if (POOL.has(text)) return text;
  if (ELSEWHERE.test(text)) return undefined;
  const begun = text.length < 3 ? [] : [...POOL].filter((one) => one.startsWith(text));
  return begun.length === 1 ? begun[0] : builder.mistyped(word, POOL, 'IOS');
}

/** The word behind `ip dhcp`, with the same liberties. */
export const dhcpCommand = (word: Word, builder: Builder): string => {
  const text = word.text.toLowerCase();
  return DHCP.has(text) ? text : (builder.mistyped(word, DHCP, 'IOS') ?? text);
};

/** The greatest number of days, hours and minutes of a lease. */
const LONGEST = [365, 23, 59] as const;
const SECONDS = [86_400, 3600, 60] as const;

/** Seconds of `DAYS [HOURS [MINUTES]]` or `infinite`. Reports anything else; a remark may follow. */
export function leaseOf(words: readonly Word[], builder: Builder): number | undefined {
  if (words[0]?.text === 'infinite') return Infinity;
  const remark = words.findIndex(({ text }, i) => i > 0 && !/^\d/.test(text));
  const parts = remark === -1 ? words : words.slice(0, remark);
  const bad = parts.find(({ text }, i) => !/^\d+$/.test(text) || Number(text) > (LONGEST[i] ?? -1));
  if (bad) builder.wrong(bad, 'the days, hours and minutes of a lease: 0 to 365, 0 to 23, 0 to 59');
  if (parts.length === 0 || (bad && !/^\d+$/.test(bad.text))) return undefined;
  return parts.reduce((sum, { text }, i) => sum + Number(text) * (SECONDS[i] ?? 0), 0);
}
