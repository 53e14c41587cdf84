import type { FrameView } from '../../protocol';

/** Octets turned into characters at a time: arguments of a call are limited. */
const AT_ONCE = 8192;

/**
 * A result as the window gets it: JSON, octets in base64. As one string it passes through the extension host untouched; as objects
 * it would be built there and taken apart again, and the garbage of that made everybody in the host wait.
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
