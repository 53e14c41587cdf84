import type { Octets } from './sink';
import { defineHistory } from './table';
import { TFTP_ERRORS, TFTP_OPERATIONS } from './valueNames';

/** TFTP fields. Only earlier frames reveal which frames belong to a transfer, and of which file. */
export const tftpFields = defineHistory({
  tftp: 'protocol',
  'tftp.opcode': ['uint16', TFTP_OPERATIONS],
  'tftp.source_file': 'string',
  'tftp.destination_file': 'string',
  'tftp.type': 'string',
  'tftp.block': 'uint16',
  'tftp.error.code': ['uint16', TFTP_ERRORS],
  'tftp.error.message': 'string',
  'tftp.option.name': 'string',
  'tftp.option.value': 'string',
});

/** A TFTP message (RFC 1350 §5, RFC 2347). */
export function readTftp(octets: Octets): void {
  if (!octets.has(0, 2)) return;
  octets.u16('tftp.opcode', 0);
  switch (octets.word(0)) {
    case 1:
    case 2: {
      // The file name is a field of the whole transfer, so it is not read here.
      const mode = text(octets, 2, undefined);
      return readOptions(octets, text(octets, mode, 'tftp.type'));
    }
    case 3:
    case 4:
      return octets.u16('tftp.block', 2);
    case 5:
      octets.u16('tftp.error.code', 2);
      text(octets, 4, 'tftp.error.message');
      return;
    case 6:
      return readOptions(octets, 2);
    default:
  }
}

/** Reads a text and its NUL; returns where the next one begins. */
function text(octets: Octets, at: number, name: string | undefined): number {
  if (at >= octets.length) return at;
  const { length } = octets.untilNul(at);
  if (name !== undefined) octets.string(name, at, length);
  return at + length + 1;
}

function readOptions(octets: Octets, from: number): void {
  for (let at = from; at < octets.length;) at = text(octets, text(octets, at, 'tftp.option.name'), 'tftp.option.value');
}
