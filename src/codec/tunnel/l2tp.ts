import { u16, u32 } from '../bytes';
import { cutHeader, HeaderFields, hexText } from '../header';
import { looksLikeEthernet } from '../link/ethernet';
import { ppp } from '../link/ppp';
import { layerNode } from '../tree';
import type { Layer, Walk } from '../walk';

/** Layer 2 tunnelling: PPP or Ethernet in UDP or IP. */

const TYPE = 0x8000;
const LENGTH = 0x4000;
const SEQUENCE = 0x0800;
const OFFSET = 0x0200;
const BRIDGED = 0x6558;

/** Possible lengths of cookie and sublayer together in a version 3 session (RFC 3931 §4.1, RFC 4719 §3). */
const COOKIES = [0, 4, 8, 12];

/** The likely number of cookie octets before the payload at `at`. */
function cookieLength(walk: Walk, at: number, end: number): number {
  return COOKIES.find((skip) => looksLikeEthernet(walk, at + skip, end)) ?? 0;
}

/** Octets of a version 2 header (RFC 2661 §3.1). Version 3 over UDP has 8 before its cookie (RFC 3931 §4.1.2). */
function headerLength(bytes: Uint8Array, at: number, end: number): number {
  if (end - at < 2) return 6;
  const flags = u16(bytes, at);
  if ((flags & 15) === 3) return 8;
  const offsetAt = at + 6 + (flags & LENGTH ? 2 : 0) + (flags & SEQUENCE ? 4 : 0);
  if (!(flags & OFFSET)) return offsetAt - at;
  return offsetAt + 2 - at + (offsetAt + 2 <= end ? u16(bytes, offsetAt) : 0);
}

/**
 * L2TP over UDP port 1701. Version 2 carries PPP. In version 3 the payload depends on how the session was set up, so it
 * is guessed.
 */
export const l2tp: Layer = {
  id: 'l2tp',
  name: 'Layer 2 Tunneling Protocol',
  walk(walk, at, end) {
    const flags = end - at >= 2 ? u16(walk.bytes, at) : TYPE;
    const isData = !(flags & TYPE);
    let length = headerLength(walk.bytes, at, end);
    if (isData && (flags & 15) === 3) length += cookieLength(walk, at + length, end);
    if (!walk.header(l2tp, at, length, end) || !isData) return;
    const next = at + length;
    if ((flags & 15) === 2) walk.to(ppp, next, end);
    else if ((flags & 15) === 3 && looksLikeEthernet(walk, next, end)) walk.toEtherType(BRIDGED, next, end);
  },
  describe(walk, index, problems) {
    const at = walk.atOf(index);
    const length = headerLength(walk.bytes, at, walk.endOf(index));
    const cut = cutHeader(walk, index, length, problems);
    if (cut) return cut;
    const fields = new HeaderFields(walk, at);
    const flags = fields.hex(2, 'Flags and version', 'l2tp.version');
    const kind = flags & TYPE ? 'control' : 'data';
    if ((flags & 15) === 3) {
      fields.octets(2, 'Reserved');
      const session = fields.hex(4, 'Session id', 'l2tp.sid');
      fields.octets(walk.headerEndOf(index) - fields.at, 'Cookie', 'l2tp.cookie');
      return layerNode(walk, index, `version 3, ${kind}, session ${hexText(session, 8)}`, fields.nodes);
    }
    if (flags & LENGTH) fields.number(2, 'Length', 'l2tp.length');
    const tunnel = fields.number(2, 'Tunnel id', 'l2tp.tunnel');
    const session = fields.number(2, 'Session id', 'l2tp.session');
    if (flags & SEQUENCE) fields.number(2, 'Ns', 'l2tp.Ns');
    if (flags & SEQUENCE) fields.number(2, 'Nr', 'l2tp.Nr');
    if (flags & OFFSET) fields.number(2, 'Offset', 'l2tp.offset');
    fields.octets(at + length - fields.at, 'Offset padding');
    return layerNode(walk, index, `${kind}, tunnel ${tunnel}, session ${session}`, fields.nodes);
  },
};

const SESSION = 4;

/** L2TP version 3 directly over IP (RFC 3931 §4.1.1): a session id, then a cookie with a length known only to the two ends. */
export const l2tpv3: Layer = {
  id: 'l2tp',
  name: 'Layer 2 Tunneling Protocol version 3',
  walk(walk, at, end) {
    const cookie = cookieLength(walk, at + SESSION, end);
    if (!walk.header(l2tpv3, at, SESSION + cookie, end)) return;
    // Session 0 is the control connection.
    if (u32(walk.bytes, at) === 0 || !looksLikeEthernet(walk, at + SESSION + cookie, end)) return;
    walk.toEtherType(BRIDGED, at + SESSION + cookie, end);
  },
  describe(walk, index, problems) {
    const cut = cutHeader(walk, index, SESSION, problems);
    if (cut) return cut;
    const fields = new HeaderFields(walk, walk.atOf(index));
    const session = fields.hex(4, 'Session id', 'l2tp.sid');
    fields.octets(walk.headerEndOf(index) - fields.at, 'Cookie', 'l2tp.cookie');
    return layerNode(walk, index, `session ${hexText(session, 8)}`, fields.nodes);
  },
};
