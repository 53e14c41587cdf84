import type { Field } from '../../src/protocol';
import { t } from '../l10n';

const MESSAGE = 'dhcp';
const OPTION = 'dhcp.option';
/** The fixed fields whose values readers look for first. */
const TELLING = new Set(['dhcp.ciaddr', 'dhcp.yiaddr', 'dhcp.siaddr', 'dhcp.giaddr', 'dhcp.chaddr']);
/** The unset address. */
const UNSET = '0.0.0.0';

/**
 * Arranges the tree for reading: the options of a DHCPv4 message come right after its first line. The fixed
 * fields, which precede them on the wire and seldom matter, are collected after them.
 */
export function arranged(tree: readonly Field[]): readonly Field[] {
  return tree.map((layer) => (layer.key === MESSAGE ? withFixedFields(layer) : layer));
}

function withFixedFields(message: Field): Field {
  const { children = [] } = message;
  const first = children.findIndex(({ key }) => key?.startsWith(OPTION));
  if (first <= 0) return message;
  const fixed = children.slice(0, first);
  const { offset } = fixed[0]!;
  const group: Field = {
    name: t('Fixed fields'),
    text: fixed.filter(isTelling).map(inBrief).join(', '),
    offset,
    length: fixed.reduce((end, field) => Math.max(end, field.offset + field.length), 0) - offset,
    ...(message.buffer === undefined ? {} : { buffer: message.buffer }),
    key: 'dhcp.header',
    children: fixed,
  };
  return { ...message, children: [...children.slice(first), group] };
}

const isTelling = ({ key, text }: Field): boolean => key !== undefined && TELLING.has(key) && text !== UNSET;

/** `yiaddr 10.0.0.5`: name as in RFC 2131, and value. */
const inBrief = ({ key, text }: Field): string => `${key!.slice(MESSAGE.length + 1)} ${text}`;
