import { cutHeader, HeaderFields, hexText } from '../header';
import { layerNode } from '../tree';
import type { Layer } from '../walk';

const HEADER = 8;
/** IANA “IGMP Type Numbers”. */
const TYPES: Readonly<Record<number, string>> = {
  0x11: 'Membership query',
  0x12: 'Version 1 membership report',
  0x13: 'DVMRP',
  0x14: 'PIM version 1',
  0x16: 'Version 2 membership report',
  0x17: 'Leave group',
  0x1e: 'Multicast traceroute response',
  0x1f: 'Multicast traceroute',
  0x22: 'Version 3 membership report',
};

/** IGMP (RFC 2236, RFC 3376): type and group. */
export const igmp: Layer = {
  id: 'igmp',
  name: 'Internet Group Management Protocol',
  walk(walk, at, end) {
    walk.header(igmp, at, HEADER, end);
  },
  describe(walk, index, problems) {
    const cut = cutHeader(walk, index, HEADER, problems);
    if (cut) return cut;
    const fields = new HeaderFields(walk, walk.atOf(index));
    const typeText = (type: number): string => TYPES[type] ?? `Type ${hexText(type, 2)}`;
    const type = fields.number(1, 'Type', 'igmp.type', typeText);
    fields.number(1, 'Maximum response time', 'igmp.max_resp');
    fields.hex(2, 'Checksum', 'igmp.checksum');
    if (type === 0x22) {
      fields.octets(2, 'Reserved');
      const records = fields.number(2, 'Number of group records', 'igmp.num_grp_recs');
      return layerNode(walk, index, `${typeText(type)}, ${records} records`, fields.nodes);
    }
    const group = fields.ipv4('Group', 'igmp.maddr');
    return layerNode(walk, index, `${typeText(type)}, ${group}`, fields.nodes);
  },
};
