import { divide, applyRoyalties, type DividedPart, type Royalty, type SplitPart } from '@stellary/split';
import type { JSONWebKeySet } from 'jose';
import { fromHash, sha256Hex } from './bytes.ts';
import { canonical, parseCanonical } from './canonical.ts';
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

export type Check = { name: CheckName; holds: boolean; detail: string };
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
 * the checks of day and payer stand there only if the evidence has them. It never throws for evidence that
 * is wrong: what cannot be checked does not hold, and `detail` says why.
 *
 * It shows that this receipt divides its charge as it says and that it lies in signed books. Not whether the
 * terms in it are those that were agreed on, and not whether the keys of the set are the keys of the house:
 * get the set from where you trust it.
 */
export async function verifyReceipt(evidence: ReceiptEvidence): Promise<Check[]> {
  const money = readMoney(evidence.receipt);
  const { block, checks: blockChecks } = await checkBlock(evidence);
  return [
    checkCanonical(money),
    await checkDigest(evidence),
    whenRead('split', money, checkSplit),
    whenRead('sums', money, checkSums),
    whenRead('charge', money, checkCharge),
    ...blockChecks,
    ...(evidence.day === undefined && evidence.day_proof === undefined
      ? []
      : await checkDay(evidence, block)),
    ...(evidence.payer ? [await checkPayer(evidence.payer, money)] : []),
  ];
}

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

async function checkDigest({ receipt, digest }: ReceiptEvidence): Promise<Check> {
  const own = `sha256:${await sha256Hex(receipt)}`;
  return check('digest', own === digest, own === digest ? own : `the text has ${own}, not ${digest}`);
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

async function checkPayer(payer: { id: string; salt: string }, read: Read): Promise<Check> {
  if ('trouble' in read) return check('payer', false, read.trouble);
  const own = await payerCommitment(payer.salt, read.money.generation_id, payer.id);
  const holds = own === read.money.payer;
  return check('payer', holds, holds ? `${payer.id} paid` : `${payer.id} with this salt is not the payer`);
}

// --- Its place in the books ------------------------------------------------------------------------------------

type Block = SignedHeader<BlockHeader>;

async function checkBlock(evidence: ReceiptEvidence): Promise<{ block?: Block; checks: Check[] }> {
  const { digest, proof, jwks } = evidence;
  const block = await attempt(() => verifyHeader(evidence.block, 'receipts-block', jwks));
  if ('trouble' in block) {
    const unknown = check('in_block', false, 'no signed block to look into');
    return { checks: [check('block_signed', false, block.trouble), unknown] };
  }
  const { header } = block.value;
  const signed = check('block_signed', true, signature(block.value, `block ${header.number}`));
  const leaf = digest.replace(/^sha256:/, '');
  const holds = proof.size === header.size && (await leadsTo(leaf, proof, header.root));
  const detail = holds
    ? `receipt ${proof.index + 1} of ${header.size} in block ${header.number}, closed ${header.closed_at}`
    : `the proof does not lead to the root of block ${header.number}`;
  return { block: block.value, checks: [signed, check('in_block', holds, detail)] };
}

async function checkDay(evidence: ReceiptEvidence, block: Block | undefined): Promise<Check[]> {
  const { day_proof: proof, jwks } = evidence;
  const day = await attempt(() => verifyHeader(evidence.day ?? '', 'receipts-day', jwks));
  if ('trouble' in day)
    return [check('day_signed', false, day.trouble), check('in_day', false, 'no signed day to look into')];
  const { header } = day.value;
  const signed = check('day_signed', true, signature(day.value, `day ${header.day}`));
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

async function leadsTo(leaf: string, proof: InclusionProof, root: string): Promise<boolean> {
  const found = await attempt(() => verifyInclusion(fromHash(leaf), proof, root));
  return 'value' in found && found.value;
}

const signature = ({ kid, thumbprint }: SignedHeader, what: string): string =>
  `${what} is signed by key ${kid}, thumbprint ${thumbprint}`;

// --- Reading ---------------------------------------------------------------------------------------------------

function readMoney(text: string): Read {
  const parsed = parseCanonical(text);
  if (!parsed) return { trouble: 'the text is not canonical JSON' };
  const amiss = amissIn(parsed.value);
  // every field that is used was just looked at
  return amiss ? { trouble: `its ${amiss} is amiss` } : { money: parsed.value as ReceiptMoney };
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
    return check(name, false, String(error));
  }
}

async function attempt<T>(look: () => Promise<T>): Promise<{ value: T } | { trouble: string }> {
  try {
    return { value: await look() };
  } catch (error) {
    return { trouble: error instanceof Error ? error.message : String(error) };
  }
}

const sum = (amounts: readonly string[]): bigint => amounts.reduce((all, amount) => all + BigInt(amount), 0n);
