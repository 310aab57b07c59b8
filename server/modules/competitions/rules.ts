import type { CategoryKind, EntryReason, EntryRule } from '#api/competitions/shapes.ts';

/** What the rules look at: facts that the product holds, and nothing that somebody typed. */
export type CreationFacts = {
  is_own: boolean;
  modality: string;
  /** when its file was there */
  made_at: Date;
  model: string;
  /** when its release was accepted, and whether it was withdrawn since */
  accepted_at: Date;
  withdrawn: boolean;
  /** pictures it is made from: brought from elsewhere, and made here by somebody else */
  uploads: number;
  pictures_of_others: number;
  in_bin: boolean;
  /** by a moderator */
  hidden: boolean;
  /** its model is of somebody who judges the category */
  of_judge: boolean;
  side_px: number | null;
  duration_ms: number | null;
};

export type ModelFacts = {
  is_own: boolean;
  model: string;
  /** of its newest release in use */
  accepted_at: Date | null;
  /** why it may not be featured, if so */
  why_not: string | null;
};

/** What the round knows of whoever enters. */
export type PersonFacts = { runs_it: boolean; judges_it: boolean; related_to_judge: boolean };

export type Window = { opens_at: Date; locks_at: Date };

export type Ruled = { kind: CategoryKind; rules: readonly EntryRule[]; window: Window };

type Sentence = { codes: string[]; says: string };

/** Every name of a reason with what it tells, in one place: what is refused and what is previewed say the same. */
export const REASONS = {
  NOT_YOURS: 'It is not yours.',
  OTHER_MEDIUM: 'It is of another medium.',
  IN_THE_BIN: 'It lies in the bin.',
  HIDDEN: 'A moderator has hidden it.',
  MODEL_OF_JUDGE: 'The model that it was made with is of somebody who judges this category.',
  RELEASE_WITHDRAWN: 'The release that it was made with was withdrawn.',
  RELEASE_NOT_LISTED: 'It was made with a model that is not on the list of this category.',
  RELEASE_TOO_OLD: 'The release that it was made with was accepted too early.',
  MADE_TOO_EARLY: 'It was made before the round opened.',
  MADE_TOO_LATE: 'It was made after the round had locked.',
  FROM_AN_UPLOAD: 'It was made from a picture that was uploaded.',
  FROM_ANOTHERS: 'It was made from a picture of somebody else.',
  TOO_SMALL: 'It is too small.',
  TOO_SHORT: 'It is too short.',
  TOO_LONG: 'It is too long.',
  NO_RELEASE: 'No release of it is in use.',
  NOT_NEWEST: 'There is a newer release of it.',
  NOT_FEATURABLE: 'The model may not be shown.',
  STAFF: 'Whoever runs the round enters nothing in it.',
  JUDGE: 'Whoever judges a category enters nothing in it.',
  RELATED_TO_JUDGE: 'Somebody who judges this category is related to you.',
  NO_PLACE_LEFT: 'You stand in as many entries of this category as one person may.',
  STANDS: 'It stands in this category.',
  LOOKS_ALIKE: 'It looks too much like an entry that came before it.',
  SOUNDS_ALIKE: 'It sounds too much like an entry that came before it.',
  UNREADABLE: 'Its file could not be prepared for those who vote.',
  NOT_AGREED: 'Not everybody who was named as having made it agreed in time.',
  DISAGREED: 'Somebody who was named as having made it said that they did not.',
} as const satisfies Record<string, string>;
export type ReasonCode = keyof typeof REASONS;

export const reason = (code: ReasonCode): EntryReason => ({ code, says: REASONS[code] });
const isReason = (code: string): code is ReasonCode => Object.hasOwn(REASONS, code);
/** What a kept name tells; of names that others gave, nothing but the name. */
export const reasonOf = (code: string): EntryReason => (isReason(code) ? reason(code) : { code, says: code });

const when = (holds: boolean, code: ReasonCode): ReasonCode[] => (holds ? [code] : []);

/** Why a creation is not eligible; nothing where it is. */
export function breaches({ kind, rules, window }: Ruled, facts: CreationFacts): ReasonCode[] {
  return [
    ...when(!facts.is_own, 'NOT_YOURS'),
    ...when(facts.modality !== kind, 'OTHER_MEDIUM'),
    ...when(facts.in_bin, 'IN_THE_BIN'),
    ...when(facts.hidden, 'HIDDEN'),
    ...when(facts.of_judge, 'MODEL_OF_JUDGE'),
    ...when(facts.withdrawn, 'RELEASE_WITHDRAWN'),
    ...rules.flatMap((rule) => broken(rule, facts, window)),
  ];
}

function broken(rule: EntryRule, facts: CreationFacts, { opens_at, locks_at }: Window): ReasonCode[] {
  const { made_at, side_px, duration_ms } = facts;
  switch (rule.kind) {
    case 'releases_listed':
      return when(!rule.models.includes(facts.model), 'RELEASE_NOT_LISTED');
    case 'releases_since':
      return when(facts.accepted_at < new Date(rule.since), 'RELEASE_TOO_OLD');
    case 'made_in_window':
      return [...when(made_at < opens_at, 'MADE_TOO_EARLY'), ...when(made_at >= locks_at, 'MADE_TOO_LATE')];
    case 'no_uploads':
      return when(facts.uploads > 0, 'FROM_AN_UPLOAD');
    case 'own_pictures_only':
      return when(facts.pictures_of_others > 0, 'FROM_ANOTHERS');
    case 'size':
      return when(side_px !== null && side_px < rule.side_min_px, 'TOO_SMALL');
    case 'length':
      return duration_ms === null
        ? []
        : [...when(duration_ms < rule.min_ms, 'TOO_SHORT'), ...when(duration_ms > rule.max_ms, 'TOO_LONG')];
  }
}

/** The same of a model, which its creator enters. */
export function modelBreaches(
  { rules }: Ruled,
  { is_own, model, accepted_at, why_not }: ModelFacts,
): ReasonCode[] {
  return [
    ...when(!is_own, 'NOT_YOURS'),
    ...when(accepted_at === null, 'NO_RELEASE'),
    ...when(why_not !== null, 'NOT_FEATURABLE'),
    ...rules.flatMap((rule): ReasonCode[] => {
      if (rule.kind === 'releases_listed') return when(!rule.models.includes(model), 'RELEASE_NOT_LISTED');
      if (rule.kind !== 'releases_since' || accepted_at === null) return [];
      return when(accepted_at < new Date(rule.since), 'RELEASE_TOO_OLD');
    }),
  ];
}

/** Why somebody may not enter at all. */
export const personBreaches = ({ runs_it, judges_it, related_to_judge }: PersonFacts): ReasonCode[] => [
  ...when(runs_it, 'STAFF'),
  ...when(judges_it, 'JUDGE'),
  ...when(related_to_judge, 'RELATED_TO_JUDGE'),
];

const MEDIUM = { image: 'an image', video: 'a video', music: 'a piece of music' } as const;
const seconds = (ms: number) => `${ms / 1000} s`;

/** The rules of a category in words, each with the names of what breaks it. What always holds comes first. */
export function sentencesOf(
  kind: CategoryKind,
  rules: readonly EntryRule[],
  entries_max: number,
): Sentence[] {
  const always: Sentence[] =
    kind === 'models'
      ? [
          { codes: ['NOT_YOURS'], says: 'You enter models of your own.' },
          {
            codes: ['NO_RELEASE', 'NOT_NEWEST', 'NOT_FEATURABLE'],
            says: 'What is entered is its newest accepted release; it is listed, in use, and nobody claims it.',
          },
        ]
      : [
          { codes: ['NOT_YOURS', 'IN_THE_BIN'], says: 'You made it here yourself, and keep it.' },
          { codes: ['OTHER_MEDIUM'], says: `It is ${MEDIUM[kind]}.` },
          { codes: ['HIDDEN'], says: 'No moderator has hidden it.' },
          {
            codes: ['RELEASE_WITHDRAWN'],
            says: 'The release that it was made with is not withdrawn when it is entered.',
          },
          {
            codes: ['MODEL_OF_JUDGE'],
            says: 'It was made with no model of somebody who judges this category.',
          },
          {
            codes: ['LOOKS_ALIKE', 'SOUNDS_ALIKE', 'STANDS'],
            says: 'It is not a copy of an entry: of two that are alike the first one stays.',
          },
        ];
  return [
    ...always,
    {
      codes: ['NO_PLACE_LEFT'],
      says:
        entries_max === 1
          ? 'One person stands in one entry.'
          : `One person stands in ${entries_max} entries at most; the best one counts.`,
    },
    {
      codes: ['STAFF', 'JUDGE', 'RELATED_TO_JUDGE'],
      says: 'Whoever runs the round, judges this category or is related to a judge of it does not enter.',
    },
    ...rules.filter((rule) => concerns(kind, rule)).map(sentence),
  ];
}

/** Models have no size, no length and no pictures that they are made from. */
export const concerns = (kind: CategoryKind, rule: EntryRule): boolean => {
  switch (rule.kind) {
    case 'releases_listed':
    case 'releases_since':
      return true;
    case 'made_in_window':
    case 'no_uploads':
    case 'own_pictures_only':
      return kind !== 'models';
    case 'size':
      return kind === 'image' || kind === 'video';
    case 'length':
      return kind === 'video' || kind === 'music';
  }
};

function sentence(rule: EntryRule): Sentence {
  switch (rule.kind) {
    case 'releases_listed':
      return {
        codes: ['RELEASE_NOT_LISTED'],
        says: `The model is one of: ${rule.models.toSorted().join(', ')}.`,
      };
    case 'releases_since':
      return {
        codes: ['RELEASE_TOO_OLD'],
        says: `The release was accepted at ${rule.since} or later.`,
      };
    case 'made_in_window':
      return {
        codes: ['MADE_TOO_EARLY', 'MADE_TOO_LATE'],
        says: 'It was made after the round opened, and before it locked.',
      };
    case 'no_uploads':
      return { codes: ['FROM_AN_UPLOAD'], says: 'It was made from no picture that was uploaded.' };
    case 'own_pictures_only':
      return { codes: ['FROM_ANOTHERS'], says: 'What it was made from, you made here yourself.' };
    case 'size':
      return { codes: ['TOO_SMALL'], says: `Its longest side has ${rule.side_min_px} pixels at least.` };
    case 'length':
      return {
        codes: ['TOO_SHORT', 'TOO_LONG'],
        says: `It lasts from ${seconds(rule.min_ms)} to ${seconds(rule.max_ms)}.`,
      };
  }
}

/** How the entries of a round are judged (reference: packages/judging). */
export const JUDGING = { judge: 'stellar-judge/1', ties: 'lots', samples: 500 } as const;

export type RuledCategory = {
  kind: CategoryKind;
  theme: string;
  entries_max: number;
  rules: readonly EntryRule[];
  prizes_nanos: readonly bigint[];
};

/** What is frozen and hashed when a round is approved; its times are those that were planned then. */
export const rulesDocument = (
  round: { title: string; theme: string; month: string; instants: Record<string, Date> },
  categories: readonly RuledCategory[],
) => ({
  format: 'stellary-round/1',
  title: round.title,
  theme: round.theme,
  month: round.month,
  judging: JUDGING,
  planned: Object.fromEntries(Object.entries(round.instants).map(([name, at]) => [name, at.toISOString()])),
  categories: categories.map(({ kind, theme, entries_max, rules, prizes_nanos }) => ({
    ...{ kind, theme, entries_max, rules: [...rules] },
    says: sentencesOf(kind, rules, entries_max).map(({ says }) => says),
    prizes_nanos: prizes_nanos.map(String),
  })),
});
