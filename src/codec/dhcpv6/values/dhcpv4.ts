import { Message4 } from '../../dhcpv4/message';
import { decodeMessage4, summary4 } from '../../dhcpv4/decode';
import { dhcpOptions } from '../../dhcpv4/options';
import { tableInUse } from '../../option';
import { atLeast, opaque, type ValueType } from '../../values/type';
import type { Decoded6 } from '../tlv';

/** A whole DHCPv4 message inside an option (RFC 7341 §7.1). Data: its octets as hex digits. */
export const dhcpv4Message: ValueType = {
  name: 'DHCPv4 message',
  size: atLeast(1),
  decode(view, context): Decoded6 {
    const message = Message4.read(
      view.bytes,
      view.start,
      view.start + view.length,
      view.buffer,
      tableInUse(dhcpOptions, context.own),
    );
    const dhcp = decodeMessage4(message, context.problems, 0);
    const text = summary4(message);
    return { data: view.hex(), value: text, text, children: dhcp.fields, dhcp };
  },
  encode: (data) => opaque.encode(data),
};
