/** One difference to tshark that was looked at and found right on our side. */
export interface Accepted {
  /** Path in the corpus. */
  readonly file: string;
  readonly frames: readonly number[];
  /** Which of the compared values; all where left out. */
  readonly what?: string;
  readonly ours: (value: string) => boolean;
  readonly theirs: (value: string) => boolean;
  /** Why we are right: the words of the RFC, or what tshark does. */
  readonly reason: string;
}

const CUT =
  'tshark writes “Packet size limited during capture: DHCP/BOOTP truncated” and shows no field of a message that the ' +
  'snapshot length cut; we show all that was captured.';

/** Differences in values. Every one must still be there when the test runs, or the list is out of date. */
export const ACCEPTED: readonly Accepted[] = [
  {
    file: 'OISF__suricata-verify/dhcp-option-52-overload-both~input.pcap',
    frames: [1],
    what: 'codes',
    ours: (value) => value === '53,57,55,51,52,56,61',
    theirs: (value) => value === '53,57,55,51,52,56,56,56,61',
    reason:
      'Option 56 comes in three pieces, in options, file and sname. RFC 3396 §7: “the decoding agent MUST … concatenate the ' +
      'data portion of all the options with that option code”. We list one option with the joined value, tshark three.',
  },
  ...['basic~test012.pcapng', 'output_le~basic~test012.pcapng'].map((name) => ({
    file: `hadrielk__pcapng-test-generator/${name}`,
    frames: [2, 4],
    ours: (value: string) => value !== '',
    theirs: (value: string) => value === '',
    reason: `${name}: ${CUT}`,
  })),
  ...(
    [
      ['HueBridge~Setup-C-12-STA.pcap', 16],
      ['HueBridge~Setup-C-4-STA.pcap', 12],
      ['HueBridge~Setup-C-7-STA.pcap', 14],
      ['HueBridge~Setup-C-9-STA.pcap', 13],
    ] as const
  ).map(([name, frame]) => ({
    file: `andypitcher__IoT_Sentinel/${name}`,
    frames: [frame],
    what: 'frame',
    ours: (value: string) => value === 'DHCP',
    theirs: (value: string) => value === 'not decoded as DHCP',
    reason:
      `${name}: RFC 792: an ICMP error quotes “the first 64 bits of the original datagram's data”, or more. This one quotes 12 ` +
      'octets of the message: tshark shows none of them, we show op to flags.',
  })),
  ...['bootp_asan-2.pcap', 'bootp_asan.pcap', 'rx_serviceid_oobr.pcap', 'hist-8bc1a753-rx_serviceid_oobr.pcap'].map(
    (name) => ({
      file: `the-tcpdump-group__tcpdump/${name}`,
      frames: [1],
      ours: (value: string) => value !== '',
      theirs: (value: string) => value === '',
      reason: `${name}: ${CUT}`,
    }),
  ),
];
