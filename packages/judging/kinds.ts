// What a count is made of.

/** The version of everything here. What it fixes is not a setting: other numbers are another version. */
export const STELLAR_JUDGE = 'stellar-judge/1';

/** What a round may choose for itself; the `judging` of its published rules. */
export type Rules = {
  judge: typeof STELLAR_JUDGE;
  /** What decides when all else is equal: lots drawn from the seed, or the place is shared. */
  ties: 'lots' | 'shared';
  /** How often voters are drawn again to say how sure a place is. It changes no place. */
  samples: number;
};

export const DEFAULT_RULES: Rules = { judge: STELLAR_JUDGE, ties: 'lots', samples: 500 };

export const QUOTA = { qualifying: 30, final: 15 } as const;
/** So many pairs a voter is given at most: whoever skips more of them than they choose in would count for nothing. */
export const GIVEN_MAX = { qualifying: 2 * QUOTA.qualifying, final: 2 * QUOTA.final } as const;
/** Who has chosen fewer times in qualifying does not count. */
export const FLOOR = { qualifying: 10, final: 0 } as const;
/** So many pairs of a voter are controls: an entry beside a damaged copy of it. */
export const CONTROLS = { qualifying: 2, final: 0 } as const;
export const FINALISTS = 20;
/** Up to so many entries all are finalists. */
export const ALL_UP_TO = 25;
export const JUDGES_MIN = 5;
export const PLACES = 5;

export const PHASES = ['qualifying', 'final'] as const;
export type Phase = (typeof PHASES)[number];

export const CHOICES = ['left', 'right', 'equal', 'skip', 'report'] as const;
export type Choice = (typeof CHOICES)[number];

export const CLASSES = ['established', 'new'] as const;
export type VoterClass = (typeof CLASSES)[number];

/** One entry of one category. Entries stand in ascending order of their ids: that is the canonical order. */
export type Entry = {
  id: string;
  /** SHA-256 of the file that was shown. */
  asset: string;
  /** Pseudonyms of everybody who made it. */
  persons: string[];
  /**
   * Why it takes no place. From qualifying on: it cannot be a finalist. From the final on: it keeps its strengths and is
   * passed over, and who stands lower moves up. What was only taken down is not out.
   */
  out: { from: Phase; reason: string } | null;
};

/** Voters stand in ascending order of their pseudonyms. */
export type Voter = {
  id: string;
  /** Established: 30 days before the round opened or earlier. */
  class: VoterClass;
  /** What accounts have in common that are linked by payment, device, payout or wallet; null for who stands alone. */
  cluster: string | null;
  /** Why nothing of theirs counts: ENTRANT, STAFF, INELIGIBLE, VOTE_FRAUD and the like. */
  barred: string | null;
};

/** One pair that was shown to one voter, and what they chose. */
export type Ballot = {
  phase: Phase;
  voter: string;
  /** How many this voter was given before in this phase. */
  k: number;
  /** Its place in the schedule of the phase, and which draw of it was taken; -1 for a control. */
  slot: number;
  draw: number;
  left: string;
  right: string;
  choice: Choice;
  /** Which side was the damaged copy; left and right are the same entry then. */
  damaged: 'left' | 'right' | null;
  /** How long it was looked at: a bucket from 0 to 255. */
  dwell: number;
  /** Whole hours since 1970. */
  hour: number;
};

export type Judge = {
  id: string;
  name: string;
  /** Entry ids of all finalists, best first; null when nothing was revealed. */
  ranking: string[] | null;
  /** What was committed to before anybody revealed: `panelCommitment`. */
  salt: string;
  commitment: string;
  /** Why their ranking is void: CONFLICT, DROPPED_OUT and the like. */
  barred: string | null;
};

/** All that a tally reads. It is frozen at the close and published in the bundle. */
export type Count = {
  competition: string;
  category: string;
  /** 32 bytes, hex. */
  seed: string;
  rules: Rules;
  entries: readonly Entry[];
  voters: readonly Voter[];
  ballots: Ballots;
  /**
   * Of models nobody compares pairs: how many qualified members made something with each, by entry id, is what the
   * community says. Null where pairs are compared.
   */
  support: Readonly<Record<string, number>> | null;
  panel: readonly Judge[];
  /** For first to fifth, in whole smallest units. */
  prizes: readonly string[];
  /** As they were at the close of qualifying; null to find them. A later version of a count keeps those of the first. */
  finalists: readonly string[] | null;
};

/** Ballots in the order in which they were cast, column by column, so that a million and a half fit and count quickly. */
export type Ballots = {
  length: number;
  /** Index in PHASES. */
  phase: Uint8Array;
  /** Index among the voters. */
  voter: Int32Array;
  k: Int32Array;
  slot: Int32Array;
  draw: Int32Array;
  /** Index among the entries. */
  left: Int32Array;
  right: Int32Array;
  /** Index in CHOICES. */
  choice: Uint8Array;
  /** 0 for none, 1 for left, 2 for right. */
  damaged: Uint8Array;
  dwell: Uint8Array;
  hour: Int32Array;
};

const REFUSALS = {
  NAME_AMISS: 'a name here is 1 to 128 letters, digits, dots, colons, dashes and underlines',
  SEED_AMISS: 'a seed is 32 bytes as 64 lower-case digits',
  NOT_IN_ORDER: 'entries and voters stand in ascending order of their ids, each once',
  NOT_AN_ENTRY: 'a ballot names an entry that there is not',
  NOT_A_VOTER: 'a ballot names a voter that there is not',
  NOT_A_FINALIST: 'a finalist is an entry, each once',
  RULES_AMISS: 'these are no rules of stellar-judge/1',
  ROOT_AMISS: 'a daily root is over ballots that were cast',
  SUPPORT_AMISS: 'support is a whole number of members for entries that there are',
  PRIZE_AMISS: 'a prize is a whole number of smallest units and not negative, and there are at most five',
} as const;

export type Refusal = keyof typeof REFUSALS;

/** What was asked for cannot be counted, and `refusal` names why. */
export class CannotCount extends Error {
  readonly refusal: Refusal;
  constructor(refusal: Refusal) {
    super(REFUSALS[refusal]);
    this.name = 'CannotCount';
    this.refusal = refusal;
  }
}

export function demand(condition: boolean, refusal: Refusal): asserts condition {
  if (!condition) throw new CannotCount(refusal);
}

/** Without `|`, which stands between the parts of what is hashed. */
export const isName = (name: unknown): name is string =>
  typeof name === 'string' && /^[A-Za-z0-9_.:-]{1,128}$/.test(name);

export const isAscending = (ids: readonly string[]): boolean =>
  ids.every((id, index) => index === 0 || (ids[index - 1] ?? '') < id);
