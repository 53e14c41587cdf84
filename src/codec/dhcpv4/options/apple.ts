import { optionTable, type OptionTable } from '../../option';
import {
  atLeast,
  bits,
  ipv4,
  nodeFor,
  prefixed,
  prefixedBy,
  presence,
  sequence,
  struct,
  text,
  uint,
  type ValueType,
} from '../../values';
import { named, numbers16, looseString } from '../values/basic';

/** Apple's Boot Server Discovery Protocol: option 43 if option 60 begins with `AAPLBSDPC`. */

const BSDP = 'Apple Boot Server Discovery Protocol';

const attributes = bits(2, [
  { mask: 0x8000, name: 'Installs a system' },
  { mask: 0x7f00, name: 'Kind (0 Mac OS 9, 1 Mac OS X, 2 Mac OS X Server, 3 hardware diagnostics)' },
  { mask: 0x00ff, name: 'Reserved' },
]);

/** A boot image: two octets for its kind and purpose, two for its number. Data: both as one number. */
const image: ValueType = {
  ...uint(4, { hex: true, name: 'boot image id' }),
  decode(view, context) {
    const id = view.u32(0);
    const text = `0x${view.hex()}`;
    const what = attributes.decode(view.sub(0, 2), context);
    const parts = [
      nodeFor(view, 0, 2, 'Attributes', what, context.key),
      view.field(2, 2, 'Index', String(id & 0xffff), { key: context.key }),
    ];
    return {
      data: id,
      value: text,
      children: [view.field(0, 4, 'Boot image id', text, { key: context.key, children: parts })],
    };
  },
};

const images = sequence(
  struct(
    'boot image',
    [
      { key: 'id', name: 'Boot image id', type: image },
      { key: 'name', name: 'Name', type: prefixed(1, text(atLeast(0))), measure: prefixedBy(1) },
    ],
    { summary: (_, values) => `${values['name']} (${values['id']})` },
  ),
  'Boot image',
  { measure: (view, at) => (at + 5 <= view.length ? 5 + view.u8(at + 4) : 5) },
);

export const bsdpSubOptions: OptionTable = optionTable([
  {
    code: 1,
    name: 'BSDP Message Type',
    type: named({ 1: 'LIST', 2: 'SELECT', 3: 'FAILED' }),
    rfc: BSDP,
    purpose: 'Says what a Mac wants of the boot server: a list of its images, one of them, or to tell that it failed.',
  },
  {
    code: 2,
    name: 'BSDP Version',
    type: uint(2, { hex: true }),
    rfc: BSDP,
    purpose: 'Lets Mac and boot server find out whether they speak the same version of the protocol.',
  },
  {
    code: 3,
    name: 'BSDP Server Identifier',
    type: ipv4,
    rfc: BSDP,
    purpose: 'Names the boot server that the Mac has chosen.',
  },
  {
    code: 4,
    name: 'BSDP Server Priority',
    type: uint(2),
    rfc: BSDP,
    purpose: 'Lets the Mac choose among several boot servers: the one with the higher number.',
  },
  {
    code: 5,
    name: 'BSDP Reply Port',
    type: uint(2),
    rfc: BSDP,
    purpose: 'Asks the boot server to answer to another UDP port than 68, which a running DHCP client holds.',
  },
  {
    code: 6,
    name: 'BSDP Boot Image List Path',
    type: looseString,
    rfc: BSDP,
    purpose: 'Says where to find a list of images that is too long for one message.',
  },
  {
    code: 7,
    name: 'BSDP Default Boot Image',
    type: image,
    rfc: BSDP,
    purpose: 'Gives the image that is loaded where nobody chooses another.',
  },
  {
    code: 8,
    name: 'BSDP Selected Boot Image',
    type: image,
    rfc: BSDP,
    purpose: 'Gives the image that was chosen.',
  },
  {
    code: 9,
    name: 'BSDP Boot Image List',
    type: images,
    rfc: BSDP,
    purpose: 'Lists the images that the boot server has, with names to choose from.',
  },
  {
    code: 10,
    name: 'BSDP NetBoot 1.0 Firmware',
    type: presence,
    rfc: BSDP,
    purpose: 'Tells that an old Mac asks, which cannot choose and needs its answer in the first version’s form.',
  },
  {
    code: 11,
    name: 'BSDP Image Attributes Filter',
    type: numbers16('Attributes', {}),
    rfc: BSDP,
    purpose: 'Restricts the list to images of these kinds.',
  },
  {
    code: 12,
    name: 'BSDP Maximum Message Size',
    type: uint(2, { unit: 'octets' }),
    rfc: BSDP,
    purpose: 'Says how long an answer of the boot server the Mac can take.',
  },
]);
