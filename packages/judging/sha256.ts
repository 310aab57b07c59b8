// SHA-256 (FIPS 180-4) and HMAC (RFC 2104) that answer at once: WebCrypto's answers later, and a count asks for millions.

/** Bytes that WebCrypto would take too. */
export type Bytes = Uint8Array<ArrayBuffer>;

export const utf8 = (text: string): Bytes => ENCODER.encode(text);
const ENCODER = new TextEncoder();

export const hex = (bytes: Uint8Array): string => {
  let text = '';
  for (const byte of bytes) text += HEX[byte] ?? '';
  return text;
};
const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** 32 bytes as 64 lower-case digits: the one way in which a hash is written here. */
export const isHash = (text: unknown): boolean => typeof text === 'string' && /^[0-9a-f]{64}$/.test(text);

/** Throws a RangeError for what is not a hash. */
export function fromHash(text: string): Bytes {
  if (!isHash(text)) throw new RangeError(`not a hash: ${text}`);
  return Uint8Array.from({ length: 32 }, (_, index) => parseInt(text.slice(index * 2, index * 2 + 2), 16));
}

export const sha256Hex = (text: string): string => hex(sha256(utf8(text)));

export function sha256(message: Uint8Array): Bytes {
  return finish(Int32Array.from(START), message, 0);
}

/** The same of a message that comes in pieces. */
export function sha256InPieces(): { add(piece: Uint8Array): void; digest(): Bytes } {
  const state = Int32Array.from(START);
  const held = new Uint8Array(BLOCK);
  let holds = 0;
  let before = 0;
  return {
    add(piece) {
      let offset = Math.min(BLOCK - holds, piece.length);
      held.set(piece.subarray(0, offset), holds);
      holds += offset;
      if (holds < BLOCK) return;
      compress(state, held, 0);
      before += BLOCK;
      for (; offset + BLOCK <= piece.length; offset += BLOCK, before += BLOCK) compress(state, piece, offset);
      held.set(piece.subarray(offset));
      holds = piece.length - offset;
    },
    digest: () => finish(Int32Array.from(state), held.subarray(0, holds), before),
  };
}

/** The pads of a key are hashed once, and each message costs what is its own. */
export function hmac(key: Uint8Array): (message: Uint8Array) => Bytes {
  const short = key.length > BLOCK ? sha256(key) : key;
  const padded = (pad: number) => {
    const block = new Uint8Array(BLOCK).fill(pad);
    for (const [index, byte] of short.entries()) block[index] = byte ^ pad;
    const state = Int32Array.from(START);
    compress(state, block, 0);
    return state;
  };
  const inner = padded(0x36);
  const outer = padded(0x5c);
  return (message) => finish(Int32Array.from(outer), finish(Int32Array.from(inner), message, BLOCK), BLOCK);
}

const BLOCK = 64;
const START = [
  0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
];

/** The rest of a message of which `before` bytes are in the state already. */
function finish(state: Int32Array, message: Uint8Array, before: number): Bytes {
  const whole = message.length - (message.length % BLOCK);
  for (let offset = 0; offset < whole; offset += BLOCK) compress(state, message, offset);

  const rest = message.length - whole;
  const end = rest < BLOCK - 8 ? BLOCK : 2 * BLOCK;
  TAIL.fill(0);
  for (let index = 0; index < rest; index += 1) TAIL[index] = message[whole + index]!;
  TAIL[rest] = 0x80;
  const bytes = before + message.length;
  for (let index = 0, left = bytes * 8; index < 7; index += 1, left = Math.floor(left / 256))
    TAIL[end - 1 - index] = left % 256;
  for (let offset = 0; offset < end; offset += BLOCK) compress(state, TAIL, offset);

  const digest = new Uint8Array(32);
  for (let index = 0; index < 32; index += 1) digest[index] = state[index >> 2]! >>> (24 - 8 * (index & 3));
  return digest;
}
const TAIL = new Uint8Array(2 * BLOCK);

const W = new Int32Array(64);

/** One block. The names are those of the standard; `!` stands where an index is below a length that is fixed. */
function compress(state: Int32Array, bytes: Uint8Array, offset: number) {
  for (let t = 0; t < 16; t += 1) {
    const at = offset + t * 4;
    W[t] = (bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!;
  }
  for (let t = 16; t < 64; t += 1) {
    const x = W[t - 15]!;
    const y = W[t - 2]!;
    const s0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
    const s1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
    W[t] = (W[t - 16]! + s0 + W[t - 7]! + s1) | 0;
  }
  let a = state[0]!;
  let b = state[1]!;
  let c = state[2]!;
  let d = state[3]!;
  let e = state[4]!;
  let f = state[5]!;
  let g = state[6]!;
  let h = state[7]!;
  for (let t = 0; t < 64; t += 1) {
    const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
    const t1 = (h + s1 + ((e & f) ^ (~e & g)) + K[t]! + W[t]!) | 0;
    const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
    const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + t1) | 0;
    d = c;
    c = b;
    b = a;
    a = (t1 + t2) | 0;
  }
  state[0] = state[0]! + a;
  state[1] = state[1]! + b;
  state[2] = state[2]! + c;
  state[3] = state[3]! + d;
  state[4] = state[4]! + e;
  state[5] = state[5]! + f;
  state[6] = state[6]! + g;
  state[7] = state[7]! + h;
}

const K = Int32Array.from([
  0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5, 0xd807aa98,
  0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786,
  0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8,
  0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13,
  0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819,
  0xd6990624, 0xf40e3585, 0x106aa070, 0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a,
  0x5b9cca4f, 0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7,
  0xc67178f2,
]);
