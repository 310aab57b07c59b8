/** A whole in millionths. Every share and part is a whole number of them. */
export const PPM = 1_000_000;

/** One who shares in the creator's share; the parts of a split sum to a million. */
export type SplitPart = { person_id: string; role: 'creator' | 'collaborator' | 'parent'; part_ppm: number };

/** What the owner of a parent release gets, in millionths of the creator's share of what was made from it. */
export type Royalty = { release_id: string; person_id: string; royalty_ppm: number };

export type DivisionInput = {
  /** What is charged, in micro-credits, and which part of it promo and paid credits pay. */
  promo_micros: bigint;
  paid_micros: bigint;
  /** The creator's share of the price, from the agreement frozen at the start, in millionths. */
  share_ppm: number;
  parts: readonly SplitPart[];
  /** The payer is one of those who would be paid: charged, but nobody earns by it. */
  related: boolean;
};

export type DividedPart = {
  role: SplitPart['role'] | 'platform';
  /** Null is the platform. */
  person_id: string | null;
  /** Part of the whole price in millionths, as agreed, before whole micro-units. */
  part_ppm: number;
  amount_micros: bigint;
  /** Paid for with bought credits: the amount that matures. */
  pending_micros: bigint;
  /** Paid for with promo credits: the amount that vests. */
  vesting_micros: bigint;
};

const REFUSALS = {
  CHARGE_NEGATIVE: 'a charge is not negative',
  SHARE_OUT_OF_RANGE: 'a share lies between nothing and all',
  PART_NEGATIVE: 'a part is a whole number and not negative',
  PARTS_NOT_WHOLE: 'the parts of a split sum to a million',
  CREATOR_NOT_ONE: 'a split has one creator',
  PARENT_IN_SPLIT: 'a split is agreed among creator and collaborators, and parents come by royalties',
  ROYALTY_NEGATIVE: 'a royalty is a whole number and not negative',
  ROYALTIES_ABOVE_CAP: "royalties take at most the creator's whole share",
  ROYALTY_TWICE: 'a parent release has one royalty',
  AMOUNT_NEGATIVE: 'only what is not negative can be handed out',
  NOBODY_TO_PAY: 'something is handed out to nobody',
  NOT_EXACT: 'the parts and their halves sum to the charge',
} as const;

export type Refusal = keyof typeof REFUSALS;

/** What was asked for cannot be divided, and `refusal` names why. Nothing is guessed and nothing is mended. */
export class ImpossibleSplit extends Error {
  readonly refusal: Refusal;
  constructor(refusal: Refusal) {
    super(REFUSALS[refusal]);
    this.name = 'ImpossibleSplit';
    this.refusal = refusal;
  }
}

/**
 * Divides one charge among all who have a part in it, the platform last. The only place where a price
 * is divided: server, quote page and verifier use it. In micro-credits, whole ones, by largest remainder
 * (`apportion`) in the order of the split, so the parts sum to the charge exactly, and so do their paid
 * and promo halves. Nobody is a whole micro-credit or more away from the exact part.
 *
 * A charge that is one micro-credit dearer may give somebody one less (the Alabama paradox of the method),
 * never more than one, and what is missing there another has.
 *
 * Refuses with CHARGE_NEGATIVE, SHARE_OUT_OF_RANGE, PART_NEGATIVE, PARTS_NOT_WHOLE.
 */
export function divide(input: DivisionInput): DividedPart[] {
  const { promo_micros, paid_micros, share_ppm, parts, related } = input;
  demand(promo_micros >= 0n && paid_micros >= 0n, 'CHARGE_NEGATIVE');
  demand(isPpm(share_ppm) && share_ppm <= PPM, 'SHARE_OUT_OF_RANGE');
  demandWhole(parts);

  const recipients = related || share_ppm === 0 ? [] : parts.filter(({ part_ppm }) => part_ppm > 0);
  const ofCreators = recipients.map(({ part_ppm }) => BigInt(share_ppm) * BigInt(part_ppm));
  const ofPlatform = BigInt(PPM) * BigInt(PPM) - sum(ofCreators);
  const weights = [...ofCreators, ofPlatform];
  const parts_ppm = apportion(BigInt(PPM), weights);
  const amounts = apportion(promo_micros + paid_micros, weights);
  const pending = apportion(paid_micros, amounts);

  const platform = { role: 'platform' as const, person_id: null };
  const divided = [...recipients, platform].map(({ role, person_id }, index) => ({
    role,
    person_id,
    part_ppm: Number(at(parts_ppm, index)),
    amount_micros: at(amounts, index),
    pending_micros: at(pending, index),
    vesting_micros: at(amounts, index) - at(pending, index),
  }));

  demand(addsUp(divided, input), 'NOT_EXACT');
  return divided;
}

/** The same truth from the other side: the halves of all parts are what paid for the charge, and none is negative. */
export function addsUp(
  parts: readonly DividedPart[],
  { promo_micros, paid_micros }: Pick<DivisionInput, 'promo_micros' | 'paid_micros'>,
): boolean {
  return (
    sum(parts.map((part) => part.amount_micros)) === promo_micros + paid_micros &&
    sum(parts.map((part) => part.pending_micros)) === paid_micros &&
    sum(parts.map((part) => part.vesting_micros)) === promo_micros &&
    parts.every((part) => part.pending_micros >= 0n && part.vesting_micros >= 0n)
  );
}

/**
 * Adds the owners of parent releases to an agreed split, from the royalty table that was frozen with it.
 * A parent takes `royalty_ppm` of the creator's share off the top; creator and collaborators divide what
 * is left in the proportions they agreed. All in millionths of the creator's share, by one pass of
 * largest remainder over all leaves, which sum to a million again. The order is fixed: the creator,
 * collaborators as agreed, parents in the order of the table (lineage). A person may stand in it more than
 * once, as creator and as parent or for two releases; each is a part of its own.
 *
 * Refuses with PART_NEGATIVE, PARTS_NOT_WHOLE, PARENT_IN_SPLIT, CREATOR_NOT_ONE, ROYALTY_NEGATIVE,
 * ROYALTIES_ABOVE_CAP, ROYALTY_TWICE.
 */
export function applyRoyalties(split: readonly SplitPart[], royalties: readonly Royalty[]): SplitPart[] {
  const creators = split.filter(({ role }) => role === 'creator');
  const collaborators = split.filter(({ role }) => role === 'collaborator');
  demandWhole(split);
  demand(
    split.every(({ role }) => role !== 'parent'),
    'PARENT_IN_SPLIT',
  );
  demand(creators.length === 1, 'CREATOR_NOT_ONE');
  demand(
    royalties.every(({ royalty_ppm }) => isPpm(royalty_ppm)),
    'ROYALTY_NEGATIVE',
  );
  const taken = total(royalties.map(({ royalty_ppm }) => royalty_ppm));
  demand(taken <= PPM, 'ROYALTIES_ABOVE_CAP');
  demand(new Set(royalties.map(({ release_id }) => release_id)).size === royalties.length, 'ROYALTY_TWICE');

  const agreed = [...creators, ...collaborators];
  const parents = royalties.map(({ person_id }) => ({ person_id, role: 'parent' as const }));
  const weights = [
    ...agreed.map(({ part_ppm }) => BigInt(part_ppm) * BigInt(PPM - taken)),
    ...royalties.map(({ royalty_ppm }) => BigInt(royalty_ppm) * BigInt(PPM)),
  ];
  const parts_ppm = apportion(BigInt(PPM), weights);
  return [...agreed, ...parents].map(({ person_id, role }, index) => ({
    person_id,
    role,
    part_ppm: Number(at(parts_ppm, index)),
  }));
}

/**
 * Hands out `amount` whole units in proportion to `weights`: floors first, then one unit each to the
 * largest remainders, the earlier one first among equals. The result sums to `amount`, and each part is
 * its exact part rounded down or up.
 *
 * The method of Alexander Hamilton (1792), also Hare's quota with largest remainders: M. L. Balinski and
 * H. P. Young, "Fair Representation", 2nd edition 2001, chapter 3.
 *
 * Refuses with AMOUNT_NEGATIVE, and with NOBODY_TO_PAY when there is an amount and no weight.
 */
export function apportion(amount: bigint, weights: readonly bigint[]): bigint[] {
  demand(amount >= 0n && weights.every((weight) => weight >= 0n), 'AMOUNT_NEGATIVE');
  const all = sum(weights);
  demand(amount === 0n || all > 0n, 'NOBODY_TO_PAY');
  if (amount === 0n) return weights.map(() => 0n);

  const floors = weights.map((weight) => (amount * weight) / all);
  const left = Number(amount - sum(floors));
  const remainders = weights.map((weight, index) => ({ index, size: (amount * weight) % all }));
  // a sort is stable, and so the earlier stays first among equals
  const lucky = remainders.sort((a, b) => Number(b.size - a.size)).slice(0, left);
  const extra = new Set(lucky.map(({ index }) => index));
  return floors.map((floor, index) => (extra.has(index) ? floor + 1n : floor));
}

function demand(condition: boolean, refusal: Refusal): asserts condition {
  if (!condition) throw new ImpossibleSplit(refusal);
}

function demandWhole(parts: readonly SplitPart[]) {
  const sizes = parts.map(({ part_ppm }) => part_ppm);
  demand(sizes.every(isPpm), 'PART_NEGATIVE');
  demand(total(sizes) === PPM, 'PARTS_NOT_WHOLE');
}

const isPpm = (size: number): boolean => Number.isSafeInteger(size) && size >= 0;

const at = (amounts: readonly bigint[], index: number): bigint => amounts[index] ?? 0n;

const sum = (amounts: readonly bigint[]): bigint => amounts.reduce((all, amount) => all + amount, 0n);

const total = (sizes: readonly number[]): number => sizes.reduce((all, size) => all + size, 0);
