import type { JSONWebKeySet } from 'jose';
import { isHash, sha256Hex } from './bytes.ts';
import { canonical, parseCanonical } from './canonical.ts';
import { isCount, isInstant, isText, type Rule } from './fields.ts';
import { type Finding, lookAt, sentenceOf } from './findings.ts';
import { Untrusted, verifySignature } from './signature.ts';
import { isAmount } from './sum-tree.ts';

/**
 * A closed block of receipts. `number` counts from 1; `first` is the position of its first receipt among
 * all receipts ever, from 0. Each leaf of the tree is the 32 bytes of a receipt's digest.
 */
export type BlockHeader = {
  kind: 'receipts-block';
  number: number;
  first: number;
  size: number;
  /** Merkle root of the block's receipts, hex. */
  root: string;
  /** SHA-256 of the canonical bytes of the header before, hex; zeros for the first. */
  previous: string;
  closed_at: string;
};

/** A closed UTC day: the blocks of it, and its place among days. Each leaf of the tree is the hash of a block header. */
export type DayHeader = {
  kind: 'receipts-day';
  day: string;
  first_block: number;
  blocks: number;
  root: string;
  /** SHA-256 of the canonical bytes of the day header before, hex; zeros for the first. */
  previous: string;
  closed_at: string;
};

/**
 * What is owed under one name at the end of a UTC day, in the smallest units: the root and the total of a sum
 * tree (`sumTree`), whose leaves are commitments to holders.
 */
export type LiabilitiesHeader = {
  kind: 'liabilities';
  day: string;
  /** The name under which it is owed: the days of each are a chain of their own. */
  liability: string;
  size: number;
  root: string;
  total: string;
  /** SHA-256 of the canonical bytes of the header before of the same liability, hex; zeros for the first. */
  previous: string;
  closed_at: string;
};

export type Header = BlockHeader | DayHeader | LiabilitiesHeader;

export const NO_PREVIOUS = '0'.repeat(64);

/** What the protected header of every signed root says it is. */
export const ROOT_TYPE = 'stellary-root+jws';

/** A root that is signed by a key of the set. `hash` is what the next header calls `previous`. */
export type SignedHeader<H extends Header = Header> = {
  header: H;
  hash: string;
  kid: string;
  thumbprint: string;
};

/** A header that may be believed, or why it may not. */
export type HeaderFinding<H extends Header = Header> = Finding<'header'> &
  ({ holds: true; signed: SignedHeader<H> } | { holds: false });

export const headerHash = (header: Header): Promise<string> => sha256Hex(canonical(header));

/**
 * Whether the text is a header of this kind: a compact JWS (RFC 7515) over its canonical form, signed with Ed25519
 * (RFC 8037) by a key of the set. It never throws.
 */
export const verifyHeader = <K extends Header['kind']>(
  jws: string,
  kind: K,
  jwks: JSONWebKeySet,
): Promise<HeaderFinding<Extract<Header, { kind: K }>>> =>
  lookAt<HeaderFinding<Extract<Header, { kind: K }>>>('header', async () => {
    const signed = await readSigned(jws, kind, jwks);
    const detail = `signed by key ${signed.kid}, thumbprint ${signed.thumbprint}`;
    return { name: 'header', holds: true, detail, signed };
  });

/** Throws Untrusted. */
async function readSigned<K extends Header['kind']>(
  jws: string,
  kind: K,
  jwks: JSONWebKeySet,
): Promise<SignedHeader<Extract<Header, { kind: K }>>> {
  const { payload, kid, thumbprint } = await verifySignature(jws, ROOT_TYPE, jwks);
  const parsed = parseCanonical(payload);
  if (!parsed) throw new Untrusted('what is signed is not canonical JSON');
  const header = readHeader(parsed.value);
  if (!isOfKind(header, kind)) throw new Untrusted(`signed is a ${header.kind}, not a ${kind}`);
  return { header, hash: await sha256Hex(payload), kid, thumbprint };
}

/** Where the chain ends, or at which position it breaks, and why. */
export type ChainFinding = Finding<'chain'> &
  ({ holds: true; last: SignedHeader } | { holds: false; position: number });

/**
 * Whether signed headers of one kind, oldest first, follow each other without a gap: each names the hash of
 * the one before and begins where that ended, and time does not go back. Headers from the middle of the
 * chain hold together among themselves; whoever kept an earlier one passes it as `after`. Who keeps only
 * the last header can tell later whether anything before it was rewritten. It never throws.
 */
export async function verifyChain(
  signed: readonly string[],
  kind: Header['kind'],
  jwks: JSONWebKeySet,
  after?: SignedHeader,
): Promise<ChainFinding> {
  const breaks = (position: number, detail: string) => ({
    name: 'chain' as const,
    holds: false as const,
    position,
    detail,
  });
  if (!Array.isArray(signed)) return breaks(0, 'it is no list of headers');
  if (after !== undefined && !isHash(after?.hash)) return breaks(0, 'what was kept is no header');
  let last = after;
  for (const [position, jws] of signed.entries()) {
    const next: HeaderFinding = await verifyHeader(jws, kind, jwks);
    if (!next.holds) return breaks(position, next.detail);
    try {
      const reason = last ? breakBetween(last, next.signed.header) : breakAtStart(next.signed.header);
      if (reason) return breaks(position, reason);
    } catch (error) {
      return breaks(position, sentenceOf(error));
    }
    last = next.signed;
  }
  return last
    ? { name: 'chain', holds: true, last, detail: `${signed.length} headers follow each other` }
    : breaks(0, 'there is no header');
}

/** Only the very first header has nobody before it. */
function breakAtStart(header: Header): string | undefined {
  const alone = header.previous === NO_PREVIOUS;
  if (header.kind === 'liabilities') return undefined;
  const [number, first] =
    header.kind === 'receipts-block' ? [header.number, header.first] : [header.first_block, 0];
  if (alone && (number !== 1 || first !== 0)) return 'it names no header before it and is not the first';
  if (!alone && header.kind === 'receipts-block' && number === 1)
    return 'it is the first and names a header before it';
  return undefined;
}

function breakBetween(last: SignedHeader, next: Header): string | undefined {
  const before = last.header;
  if (next.previous !== last.hash) return 'it does not name the hash of the one before';
  if (next.closed_at < before.closed_at) return 'it was closed before the one before it';
  if (next.kind === 'receipts-block' && before.kind === 'receipts-block') {
    if (next.number !== before.number + 1) return `number ${next.number} follows number ${before.number}`;
    return next.first === before.first + before.size
      ? undefined
      : 'it does not begin where the one before ended';
  }
  if (next.kind === 'receipts-day' && before.kind === 'receipts-day') {
    if (next.day <= before.day) return `${next.day} follows ${before.day}`;
    return next.first_block === before.first_block + before.blocks
      ? undefined
      : 'it does not begin where the one before ended';
  }
  if (next.kind === 'liabilities' && before.kind === 'liabilities') {
    if (next.liability !== before.liability) return `${next.liability} follows ${before.liability}`;
    return next.day > before.day ? undefined : `${next.day} follows ${before.day}`;
  }
  return `a ${next.kind} follows a ${before.kind}`;
}

/** Throws Untrusted for what has not exactly the fields of a header. */
function readHeader(value: unknown): Header {
  const fields: Record<string, unknown> = { ...(typeof value === 'object' && value) };
  const rules = Object.entries(FIELDS).find(([kind]) => kind === fields.kind)?.[1];
  if (!rules) throw new Untrusted(`${JSON.stringify(fields.kind)} is no kind of root`);
  for (const name of Object.keys(fields))
    if (!Object.hasOwn(rules, name)) throw new Untrusted(`a ${String(fields.kind)} has no ${name}`);
  for (const [name, holds] of Object.entries(rules))
    if (!holds(fields[name])) throw new Untrusted(`the ${name} of the ${String(fields.kind)} is amiss`);
  // every field was just looked at
  return value as Header;
}

const isPositive: Rule = (value) => Number.isSafeInteger(value) && Number(value) > 0;
const isDay: Rule = (value) => typeof value === 'string' && /^\d{4}-\d\d-\d\d$/.test(value);
const isKind: Rule = () => true; // it is what these rules were found by

type Fields<H> = Record<keyof H, Rule>;
const FIELDS = {
  'receipts-block': {
    kind: isKind,
    number: isPositive,
    first: isCount,
    size: isPositive,
    root: isHash,
    previous: isHash,
    closed_at: isInstant,
  } satisfies Fields<BlockHeader>,
  'receipts-day': {
    kind: isKind,
    day: isDay,
    first_block: isPositive,
    blocks: isCount,
    root: isHash,
    previous: isHash,
    closed_at: isInstant,
  } satisfies Fields<DayHeader>,
  liabilities: {
    kind: isKind,
    day: isDay,
    liability: isText,
    size: isCount,
    root: isHash,
    total: isAmount,
    previous: isHash,
    closed_at: isInstant,
  } satisfies Fields<LiabilitiesHeader>,
};

const isOfKind = <K extends Header['kind']>(
  header: Header,
  kind: K,
): header is Extract<Header, { kind: K }> => header.kind === kind;
