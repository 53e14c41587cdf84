import { concat, formatMac, parseHex } from '../../bytes';
import { atLeast, cannotEncode, uintOctets, type ValueType } from '../../values';
import { readsAsText, readTextOrOctets, writeTextOrOctets } from '../../values/text-or-octets';

/**
 * Circuit ID and remote ID, whose content is up to the relay (RFC 3046 §3.1, §3.2). Three common formats are
 * recognised: `00 04 vlan vlan module port` and `00 06` + a link-layer address, both from Cisco-like switches, and `01
 * length text`. Data: `{vlan, module, port}`, `{mac}`, `{string}`, text, or `{hex}`.
 */
export const agentId: ValueType = {
  name: 'identifier of the relay’s own making',
  size: atLeast(1),
  decode(view, context) {
    const { length } = view;
    const key = context.key;
    if (length === 6 && view.u16(0) === 0x0004 && view.u16(2) > 0 && view.u16(2) < 4096) {
      const [vlan, module, port] = [view.u16(2), view.u8(4), view.u8(5)];
      return {
        data: { vlan, module, port },
        value: view.hex(),
        text: `VLAN ${vlan}, module ${module}, port ${port}`,
        children: [
          view.field(0, 2, 'Type and length', 'VLAN, module, port (0), 4 octets', { key }),
          view.field(2, 2, 'VLAN', String(vlan), { key }),
          view.field(4, 1, 'Module', String(module), { key }),
          view.field(5, 1, 'Port', String(port), { key }),
        ],
      };
    }
    if (length === 8 && view.u16(0) === 0x0006) {
      const mac = formatMac(view.bytes, view.start + 2);
      return {
        data: { mac },
        value: view.hex(),
        text: mac,
        children: [
          view.field(0, 2, 'Type and length', 'link-layer address (0), 6 octets', { key }),
          view.field(2, 6, 'Link-layer address', mac, { key }),
        ],
      };
    }
    if (length > 2 && view.u8(0) === 1 && view.u8(1) === length - 2 && readsAsText(view.sub(2))) {
      const one = readTextOrOctets(view.sub(2));
      return {
        data: { string: one.data },
        value: one.value,
        text: one.text!,
        children: [
          view.field(0, 2, 'Type and length', `text (1), ${length - 2} octets`, { key }),
          view.field(2, length - 2, 'Text', one.text!, { key }),
        ],
      };
    }
    return readTextOrOctets(view);
  },
  encode(data) {
    if (data === null || typeof data !== 'object' || Array.isArray(data) || 'hex' in data)
      return writeTextOrOctets(data);
    if ('mac' in data) {
      const mac = typeof data['mac'] === 'string' ? parseHex(data['mac']) : undefined;
      return mac?.length === 6 ? concat([Uint8Array.of(0, 6), mac]) : cannotEncode('a link-layer address', data);
    }
    if ('string' in data) {
      const text = writeTextOrOctets(data['string']);
      return concat([Uint8Array.of(1), uintOctets(text.length, 1), text]);
    }
    const part = (name: string, size: number): Uint8Array => uintOctets(data[name] ?? null, size);
    return concat([Uint8Array.of(0, 4), part('vlan', 2), part('module', 1), part('port', 1)]);
  },
};
