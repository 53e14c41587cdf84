/** Parses a result packed as JSON with octets in base64 (`ReplyMessage`); undefined if it is not valid. */
export function unpack(packed: string): unknown {
  try {
    const value: unknown = JSON.parse(packed);
    if (typeof value !== 'object' || value === null || !('buffers' in value) || !Array.isArray(value.buffers))
      return value;
    const buffers = value.buffers.map((buffer: unknown) =>
      typeof buffer === 'object' && buffer !== null && 'bytes' in buffer && typeof buffer.bytes === 'string'
        ? { ...buffer, bytes: octetsOf(buffer.bytes) }
        : buffer,
    );
    return { ...value, buffers };
  } catch {
    return undefined;
  }
}

function octetsOf(base64: string): Uint8Array {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}
