import {
  coarseForm,
  pictureDistance,
  type PictureFingerprint,
  soundDistance,
  type SoundFingerprint,
} from '@stellary/proofs/fingerprint';

/**
 * When a picture or a sound counts as one of ours. Measured on 251 pictures and 39 pieces of the house models
 * (docs/decisions/0013-provenance.md): unrelated pictures are 40 bits of 256 apart at least, copies 0 to 30;
 * unrelated pieces differ in a third of their bits at least, copies in less than a tenth.
 */
const FORM_MAX = 32;
const SOUND_ERRORS_MAX = 0.25;
/** Nearer than this there is nothing between a copy and a coincidence. */
const FORM_SURE = 16;
const SOUND_SURE = 0.15;

/** The same limits, for whoever compares works of which no asset was made; `sure` is a part of the way to the limit. */
export const ALIKE = {
  form_bits_max: FORM_MAX,
  form_sure: FORM_SURE / FORM_MAX,
  sound_errors_max: SOUND_ERRORS_MAX,
  sound_sure: SOUND_SURE / SOUND_ERRORS_MAX,
} as const;

export type Likeness = {
  /** 0: the same; at 1 it would no longer count. */
  distance: number;
  sure: 'nearly certain' | 'likely';
  /** Of sound: how much of it was compared. */
  seconds: number | null;
};

/** The nearest of what was asked with, if it is near enough. */
export function pictureLikeness(
  asked: readonly PictureFingerprint[],
  print: PictureFingerprint,
): Likeness | null {
  const form = Math.min(...asked.map((one) => pictureDistance(one, print).form));
  if (form > FORM_MAX) return null;
  return { distance: form / FORM_MAX, sure: form <= FORM_SURE ? 'nearly certain' : 'likely', seconds: null };
}

export function soundLikeness(asked: readonly SoundFingerprint[], print: SoundFingerprint): Likeness | null {
  const found = asked
    .flatMap((one) => soundDistance(one, print) ?? [])
    .sort((one, other) => one.errors - other.errors)[0];
  if (!found || found.errors > SOUND_ERRORS_MAX) return null;
  return {
    distance: found.errors / SOUND_ERRORS_MAX,
    sure: found.errors <= SOUND_SURE ? 'nearly certain' : 'likely',
    seconds: Math.round(found.seconds),
  };
}

const QUARTERS = [0, 1, 2, 3] as const;
const quarterOf = (form: bigint, quarter: number): number =>
  Number((BigInt.asUintN(64, form) >> BigInt(48 - 16 * quarter)) & 0xffffn);
const band = (quarter: number, bits: number): number => (quarter << 16) | bits;

/** What a print is filed under. */
export const bandsOf = (print: PictureFingerprint): number[] =>
  QUARTERS.map((quarter) => band(quarter, quarterOf(coarseForm(print), quarter)));

/** Where to look for it: each quarter as it is and with any one bit turned finds all that differ in seven at most. */
export const bandsNear = (prints: readonly PictureFingerprint[]): number[] => [
  ...new Set(
    prints.flatMap((print) =>
      QUARTERS.flatMap((quarter) => {
        const bits = quarterOf(coarseForm(print), quarter);
        return [band(quarter, bits), ...BIT_PLACES.map((place) => band(quarter, bits ^ (1 << place)))];
      }),
    ),
  ),
];
const BIT_PLACES = Array.from({ length: 16 }, (_, place) => place);
