/** Bytes that WebCrypto takes. */
export type Bytes = Uint8Array<ArrayBuffer>;

/**
 * SHA-256. WebCrypto's answers later, which costs some 10 microseconds a hash; a server that builds large
 * trees passes a hash that answers at once.
 */
export type Sha256 = (bytes: Bytes) => Bytes | Promise<Bytes>;

export const sha256: Sha256 = async (bytes) => new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));

export const utf8 = (text: string): Bytes => new TextEncoder().encode(text);

export const concat = (...parts: Bytes[]): Bytes => {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
};

export const hex = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');

/** 32 bytes as 64 lower-case digits: the one way in which a hash is written here. */
export const isHash = (text: unknown): boolean => typeof text === 'string' && /^[0-9a-f]{64}$/.test(text);

/** Throws a RangeError for what is not a hash. */
export function fromHash(text: string): Bytes {
  if (!isHash(text)) throw new RangeError(`not a hash: ${text}`);
  return Uint8Array.from({ length: 32 }, (_, index) => parseInt(text.slice(index * 2, index * 2 + 2), 16));
}

export const sha256Hex = async (text: string): Promise<string> => hex(await sha256(utf8(text)));

export const equal = (a: Uint8Array, b: Uint8Array): boolean =>
  a.length === b.length && a.every((byte, index) => byte === b[index]);
