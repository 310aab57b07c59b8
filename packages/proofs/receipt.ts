import { divide, applyRoyalties, type DividedPart, type Royalty, type SplitPart } from '@stellary/split';
import type { JSONWebKeySet } from 'jose';
import { fromHash, isHash, sha256Hex } from './bytes.ts';
import { canonical, parseCanonical } from './canonical.ts';
import { type Finding, sentenceOf } from './findings.ts';
import { type InclusionProof, verifyInclusion } from './merkle.ts';
import { type BlockHeader, type SignedHeader, verifyHeader } from './roots.ts';

/** The money of one settled generation: ids, whole micro-credits in digits, shares in millionths. */
export type ReceiptMoney = {
  receipt_version: 1;
  generation_id: string;
  /** `payerCommitment`: who paid is told to nobody who cannot show the salt. */
  payer: string;
  related: boolean;
  quoted_micros: string;
  charged_micros: string;
  funding: { promo_micros: string; paid_micros: string };
  terms: {
    share_ppm: number;
    /** What was agreed, in millionths of the creator's share. */
    split_parts: SplitPart[];
    /** What parent releases take off the top, in the order of lineage. */
    royalties: Royalty[];
  };
  parts: Part[];
};

type Part = {
  role: DividedPart['role'];
  person_id: string | null;
  part_ppm: number;
  amount_micros: string;
  pending_micros: string;
  vesting_micros: string;
};

export type ReceiptEvidence = {
  /** The exact canonical text of the receipt. */
  receipt: string;
  /** "sha256:<hex>" of that text. */
  digest: string;
  /** The signed header of the block that the receipt is in, and the receipt's place in it. */
  block: string;
  proof: InclusionProof;
  /** The signed header of the day that the block is in, once the day is over, and the block's place in it. */
  day?: string;
  day_proof?: InclusionProof;
  jwks: JSONWebKeySet;
  /** Only the payer has it. */
  payer?: { id: string; salt: string };
};

export type Check = Finding<CheckName>;
export type CheckName =
  | 'canonical'
  | 'digest'
  | 'split'
  | 'sums'
  | 'charge'
  | 'block_signed'
  | 'in_block'
  | 'day_signed'
  | 'in_day'
  | 'payer';

/**
 * Everything that can be known of a receipt without asking whoever wrote it, as named checks in this order;
 * the checks of day and payer stand there only if the evidence has them. It never throws, whatever it is given:
 * what cannot be checked does not hold, and `detail` says why.
 *
 * It shows that this receipt divides its charge as it says and that it lies in signed books. Not whether the
 * terms in it are those that were agreed on, and not whether the keys of the set are the keys of the house:
 * get the set from where you trust it.
 */
export async function verifyReceipt(evidence: ReceiptEvidence): Promise<Check[]> {
  const given: Given = fieldsOf(evidence);
  const money = readMoney(given.receipt);
  const { block, checks: blockChecks } = await checkBlock(given);
  return [
    checkCanonical(money),
    await checkDigest(given),
    whenRead('split', money, checkSplit),
    whenRead('sums', money, checkSums),
    whenRead('charge', money, checkCharge),
    ...blockChecks,
    ...(given.day === undefined && given.day_proof === undefined ? [] : await checkDay(given, block)),
    ...(given.payer !== undefined && given.payer !== null
      ? [await checkPayer(fieldsOf(given.payer), money)]
      : []),
  ];
}

/** Evidence as a stranger gives it: each field is looked at where it is used. */
type Given = { [Field in keyof ReceiptEvidence]?: unknown };

/**
 * The payer's line of a receipt, "sha256:<hex>" over generation, payer and a salt. Who paid is none of the
 * business of those who were paid; the payer alone is told the salt and can show it.
 */
export const payerCommitment = async (
  salt: string,
  generation_id: string,
  payer_id: string,
): Promise<string> => `sha256:${await sha256Hex(`${generation_id}|${payer_id}|${salt}`)}`;

// --- The receipt by itself -------------------------------------------------------------------------------------

type Read = { money: ReceiptMoney } | { trouble: string };

function checkCanonical(read: Read): Check {
  const trouble = 'trouble' in read ? read.trouble : undefined;
  return check('canonical', !trouble, trouble ?? 'the text is the one canonical form of a receipt');
}

async function checkDigest({ receipt, digest }: Given): Promise<Check> {
  if (typeof receipt !== 'string' || typeof digest !== 'string')
    return check('digest', false, 'the receipt or its digest is no text');
  const own = `sha256:${await sha256Hex(receipt)}`;
  return check(
    'digest',
    own === digest,
    own === digest ? own : `the text has ${own}, not ${JSON.stringify(digest)}`,
  );
}

/** The same function that the server divides with, on the same terms. */
function checkSplit({ terms, related, funding, parts }: ReceiptMoney): Check {
  const divided = divide({
    promo_micros: BigInt(funding.promo_micros),
    paid_micros: BigInt(funding.paid_micros),
    share_ppm: terms.share_ppm,
    parts: applyRoyalties(terms.split_parts, terms.royalties),
    related,
  }).map(({ amount_micros, pending_micros, vesting_micros, ...part }) => ({
    ...part,
    amount_micros: amount_micros.toString(),
    pending_micros: pending_micros.toString(),
    vesting_micros: vesting_micros.toString(),
  }));
  if (parts.length !== divided.length)
    return check('split', false, `the terms give ${divided.length} parts, and there are ${parts.length}`);
  const wrong = divided.findIndex((due, index) => !isSame(due, parts[index]));
  return wrong < 0
    ? check('split', true, `the terms give these ${parts.length} parts`)
    : check('split', false, `part ${wrong + 1} should be ${canonical(divided[wrong])}`);
}

function isSame(due: Part, part: Part | undefined): boolean {
  return (
    part !== undefined &&
    due.role === part.role &&
    due.person_id === part.person_id &&
    due.part_ppm === part.part_ppm &&
    due.amount_micros === part.amount_micros &&
    due.pending_micros === part.pending_micros &&
    due.vesting_micros === part.vesting_micros
  );
}

function checkSums({ parts, funding, charged_micros }: ReceiptMoney): Check {
  const sums: [string, bigint, bigint][] = [
    ['parts', sum(parts.map((part) => part.amount_micros)), BigInt(charged_micros)],
    ['funding', sum([funding.paid_micros, funding.promo_micros]), BigInt(charged_micros)],
    ['paid halves', sum(parts.map((part) => part.pending_micros)), BigInt(funding.paid_micros)],
    ['promo halves', sum(parts.map((part) => part.vesting_micros)), BigInt(funding.promo_micros)],
  ];
  const off = sums.filter(([, is, due]) => is !== due);
  return check(
    'sums',
    off.length === 0,
    off.map(([what, is, due]) => `${what} sum to ${is}, not ${due}`).join('; ') ||
      `the parts sum to the ${charged_micros} micro-credits that were charged`,
  );
}

function checkCharge({ quoted_micros, charged_micros }: ReceiptMoney): Check {
  return check(
    'charge',
    BigInt(charged_micros) <= BigInt(quoted_micros),
    `charged ${charged_micros} of ${quoted_micros} quoted`,
  );
}

async function checkPayer({ id, salt }: Record<string, unknown>, read: Read): Promise<Check> {
  if ('trouble' in read) return check('payer', false, read.trouble);
  if (typeof id !== 'string' || typeof salt !== 'string')
    return check('payer', false, 'the payer or the salt is no text');
  const own = await payerCommitment(salt, read.money.generation_id, id);
  const holds = own === read.money.payer;
  return check('payer', holds, holds ? `${id} paid` : `${id} with this salt is not the payer`);
}

// --- Its place in the books ------------------------------------------------------------------------------------

type Block = SignedHeader<BlockHeader>;

async function checkBlock(given: Given): Promise<{ block?: Block; checks: Check[] }> {
  const found = await signedIn(given.block, 'receipts-block', given.jwks);
  if (!found.holds) {
    const unknown = check('in_block', false, 'no signed block to look into');
    return { checks: [check('block_signed', false, found.detail), unknown] };
  }
  const { header } = found.signed;
  const signed = check('block_signed', true, `block ${header.number} is ${found.detail}`);
  const proof = readProof(given.proof);
  const leaf = typeof given.digest === 'string' ? given.digest.replace(/^sha256:/, '') : '';
  const holds = proof?.size === header.size && (await leadsTo(leaf, proof, header.root));
  const detail = holds
    ? `receipt ${proof.index + 1} of ${header.size} in block ${header.number}, closed ${header.closed_at}`
    : `the proof does not lead to the root of block ${header.number}`;
  return { block: found.signed, checks: [signed, check('in_block', holds, detail)] };
}

async function checkDay(given: Given, block: Block | undefined): Promise<Check[]> {
  const found = await signedIn(given.day, 'receipts-day', given.jwks);
  if (!found.holds)
    return [check('day_signed', false, found.detail), check('in_day', false, 'no signed day to look into')];
  const { header } = found.signed;
  const signed = check('day_signed', true, `day ${header.day} is ${found.detail}`);
  const proof = readProof(given.day_proof);
  if (!block || !proof) return [signed, check('in_day', false, 'no signed block, or no proof, to look for')];

  const holds =
    proof.size === header.blocks &&
    proof.index === block.header.number - header.first_block &&
    (await leadsTo(block.hash, proof, header.root));
  const detail = holds
    ? `block ${block.header.number} is one of ${header.blocks} of ${header.day}`
    : `the proof does not lead from block ${block.header.number} to the root of ${header.day}`;
  return [signed, check('in_day', holds, detail)];
}

/** The verifier of headers looks at whatever it is given. */
const signedIn = <K extends 'receipts-block' | 'receipts-day'>(jws: unknown, kind: K, jwks: unknown) =>
  verifyHeader((jws ?? '') as string, kind, jwks as JSONWebKeySet);

const leadsTo = async (leaf: string, proof: InclusionProof, root: string): Promise<boolean> =>
  isHash(leaf) && (await verifyInclusion(fromHash(leaf), proof, root)).holds;

// --- Reading ---------------------------------------------------------------------------------------------------

function readMoney(text: unknown): Read {
  const parsed = typeof text === 'string' ? parseCanonical(text) : undefined;
  if (!parsed) return { trouble: 'the text is not canonical JSON' };
  const amiss = amissIn(parsed.value);
  // every field that is used was just looked at
  return amiss ? { trouble: `its ${amiss} is amiss` } : { money: parsed.value as ReceiptMoney };
}

/** Undefined for what is no proof; whether it leads anywhere is for `verifyInclusion` to say. */
function readProof(value: unknown): InclusionProof | undefined {
  const { index, size, path } = fieldsOf(value);
  return typeof index === 'number' && typeof size === 'number' && Array.isArray(path)
    ? { index, size, path }
    : undefined;
}

/** The first field of a receipt that is not what it should be. Fields beside those looked at are welcome. */
function amissIn(value: unknown): string | undefined {
  const money = fieldsOf(value);
  const terms = fieldsOf(money.terms);
  const funding = fieldsOf(money.funding);
  const rules: [string, boolean][] = [
    ['receipt_version', money.receipt_version === 1],
    ['generation_id', isText(money.generation_id)],
    ['payer', isText(money.payer)],
    ['related', typeof money.related === 'boolean'],
    ['quoted_micros', isMicros(money.quoted_micros)],
    ['charged_micros', isMicros(money.charged_micros)],
    ['funding.promo_micros', isMicros(funding.promo_micros)],
    ['funding.paid_micros', isMicros(funding.paid_micros)],
    ['terms.share_ppm', isNumber(terms.share_ppm)],
    ['terms.split_parts', isListOf(terms.split_parts, SPLIT_PART)],
    ['terms.royalties', isListOf(terms.royalties, ROYALTY)],
    ['parts', isListOf(money.parts, PART)],
  ];
  return rules.find(([, holds]) => !holds)?.[0];
}

type Rules = Record<string, (value: unknown) => boolean>;

const isText = (value: unknown): boolean => typeof value === 'string';
const isNumber = (value: unknown): boolean => typeof value === 'number';
const isMicros = (value: unknown): boolean => typeof value === 'string' && /^(0|[1-9]\d{0,18})$/.test(value);

const SPLIT_PART: Rules = {
  person_id: isText,
  role: (role) => role === 'creator' || role === 'collaborator',
  part_ppm: isNumber,
};
const ROYALTY: Rules = { release_id: isText, person_id: isText, royalty_ppm: isNumber };
const PART: Rules = {
  role: isText,
  person_id: (value) => value === null || isText(value),
  part_ppm: isNumber,
  amount_micros: isMicros,
  pending_micros: isMicros,
  vesting_micros: isMicros,
};

const fieldsOf = (value: unknown): Record<string, unknown> => ({
  ...(typeof value === 'object' && value),
});

const isListOf = (list: unknown, rules: Rules): boolean =>
  Array.isArray(list) &&
  list.every((item) => Object.entries(rules).every(([name, holds]) => holds(fieldsOf(item)[name])));

// --- Small things ----------------------------------------------------------------------------------------------

const check = (name: CheckName, holds: boolean, detail: string): Check => ({ name, holds, detail });

/** Terms that cannot be divided at all are a check that does not hold. */
function whenRead(name: CheckName, read: Read, look: (money: ReceiptMoney) => Check): Check {
  if ('trouble' in read) return check(name, false, read.trouble);
  try {
    return look(read.money);
  } catch (error) {
    return check(name, false, sentenceOf(error));
  }
}

const sum = (amounts: readonly string[]): bigint => amounts.reduce((all, amount) => all + BigInt(amount), 0n);
