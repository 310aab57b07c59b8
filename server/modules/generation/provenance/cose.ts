import { type KeyObject, sign, type X509Certificate } from 'node:crypto';

/** What a signature inside of a file is made with: the chain without its root, the certificate of the key first. */
export type SigningKey = { chain: readonly X509Certificate[]; key: KeyObject };

type Algorithm = { name: 'es256' | 'es384'; id: number; hash: 'sha256' | 'sha384'; signature_bytes: number };

const ALGORITHMS: Readonly<Record<string, Algorithm>> = {
  prime256v1: { name: 'es256', id: -7, hash: 'sha256', signature_bytes: 64 },
  secp384r1: { name: 'es384', id: -35, hash: 'sha384', signature_bytes: 96 },
};

export function algorithmOf(key: KeyObject): Algorithm {
  const curve = key.asymmetricKeyDetails?.namedCurve ?? '';
  const algorithm = ALGORITHMS[curve];
  if (!algorithm)
    throw new Error(`files are signed with keys on P-256 or P-384, and this is ${curve || 'another'}`);
  return algorithm;
}

/** How long `coseSign1` with this key is at most, whatever it signs: so much room is left in the file. */
export const reserveFor = ({ chain, key }: SigningKey): number =>
  chain.reduce((bytes, { raw }) => bytes + raw.length + 8, 0) + algorithmOf(key).signature_bytes + 64;

/**
 * A COSE_Sign1 (RFC 9052) as C2PA has it: what is signed lies elsewhere, the certificates stand in the protected
 * header (x5chain, RFC 9360), and padding makes it exactly as long as the room for it.
 */
export function coseSign1(payload: Uint8Array, signing: SigningKey, length: number): Uint8Array<ArrayBuffer> {
  const { id, hash } = algorithmOf(signing.key);
  const certificates = signing.chain.map(({ raw }) => bytes(raw));
  const chain = certificates.length === 1 ? (certificates[0] ?? EMPTY) : array(certificates);
  const header = bytes(
    map([
      [integer(1), integer(id)],
      [integer(33), chain],
    ]),
  );
  const signed = array([text('Signature1'), header, bytes(EMPTY), bytes(payload)]);
  const signature = sign(hash, signed, { key: signing.key, dsaEncoding: 'ieee-p1363' });
  const padded = (pad: number) =>
    Buffer.concat([
      TAG_SIGN1,
      array([header, map([[text('pad'), bytes(Buffer.alloc(pad))]]), NULL, bytes(signature)]),
    ]);
  const room = length - padded(0).length;
  // the length of the padding is written before it and takes bytes itself
  for (const pad of [room, room - 1, room - 2]) {
    const whole = pad >= 0 ? padded(pad) : EMPTY;
    if (whole.length === length) return new Uint8Array(whole);
  }
  throw new Error(`a signature does not fit into ${length} bytes`);
}

// --- CBOR (RFC 8949): the few items that this needs -------------------------------------------------------------

const EMPTY = Buffer.alloc(0);
const NULL = Buffer.from([0xf6]);
const TAG_SIGN1 = Buffer.from([0xd2]);

function head(major: number, size: number): Buffer {
  if (size < 24) return Buffer.from([(major << 5) | size]);
  if (size < 0x100) return Buffer.from([(major << 5) | 24, size]);
  return Buffer.from([(major << 5) | 25, size >> 8, size & 0xff]);
}

const integer = (value: number) => (value >= 0 ? head(0, value) : head(1, -1 - value));
const text = (words: string) => Buffer.concat([head(3, Buffer.byteLength(words)), Buffer.from(words)]);
const array = (items: readonly Buffer[]) => Buffer.concat([head(4, items.length), ...items]);
const map = (entries: readonly (readonly [Buffer, Buffer])[]) =>
  Buffer.concat([head(5, entries.length), ...entries.flat()]);

function bytes(content: Uint8Array): Buffer {
  if (content.length < 0x10000) return Buffer.concat([head(2, content.length), content]);
  const long = Buffer.from([(2 << 5) | 26, 0, 0, 0, 0]);
  long.writeUInt32BE(content.length, 1);
  return Buffer.concat([long, content]);
}
