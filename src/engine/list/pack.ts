import type { FrameView } from '../../protocol';

/** Octets converted to characters at a time, because the number of arguments of a call is limited. */
const AT_ONCE = 8192;

/**
 * Packs a result for the window: JSON, with octets in base64. A single string passes through the extension host untouched; objects would be
 * built there and taken apart again, and collecting that garbage would delay every other extension in the host.
 */
export function pack(value: unknown): string {
  return JSON.stringify(value);
}

/** `pack` for a frame, which has octets. */
export function packFrame(view: FrameView): string {
  return pack({ ...view, buffers: view.buffers.map(({ name, bytes }) => ({ name, bytes: base64(bytes) })) });
}

function base64(bytes: Uint8Array): string {
  let characters = '';
  for (let at = 0; at < bytes.length; at += AT_ONCE) {
    characters += String.fromCharCode(...bytes.subarray(at, at + AT_ONCE));
  }
  return btoa(characters);
}
