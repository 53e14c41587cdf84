import { tableInUse } from '../../option';
import { opaque, type ValueType } from '../../values/type';
import { decodeBody6, encodeBody6, messageSpec6 } from '../body';
import { MAX_RELAYS, Message6, OPTION_RELAY_MSG } from '../message';
import { summaryLine } from '../summary';
import type { Decoded6, OptionTable6 } from '../tlv';

/**
 * A whole DHCPv6 message inside an option (RFC 9915 §21.10). Data: the message as the encoder takes it; hex digits if
 * it is cut short. Messages nested deeper than `MAX_RELAYS` are shown as octets.
 */
export function relayMessage(options: () => OptionTable6): ValueType {
  return {
    name: 'DHCPv6 message',
    size: { min: 0, max: Infinity, step: 1 },
    spaces: [options],
    decode(view, context): Decoded6 {
      const relays = Number(context.facts?.['relays'] ?? 0) + 1;
      if (relays > MAX_RELAYS) return opaque.decode(view, context);
      const message = Message6.read(view.bytes, view.start, view.start + view.length);
      // Each relayed message has its own options, which may nest as deep as those of any message.
      const inside = { ...context, depth: 0, facts: { ...context.facts, relays } };
      const dhcpv6 = decodeBody6(message, inside, tableInUse(options(), context.own), view.buffer);
      const whole = message.remainder.length === 0 && !message.truncatedOption;
      const data = (whole ? messageSpec6(dhcpv6) : undefined) ?? view.hex();
      // Reuse the text of the relayed message instead of composing it again at every level.
      const below = message.isRelay ? dhcpv6.options.find((option) => option.code === OPTION_RELAY_MSG) : undefined;
      const text = below?.dhcpv6 ? `${message.typeName} › ${below.value}` : summaryLine(message);
      return { data, value: text, text, children: dhcpv6.fields, dhcpv6 };
    },
    encode: (data) => (typeof data === 'string' ? opaque.encode(data) : encodeBody6(data, options())),
  };
}
