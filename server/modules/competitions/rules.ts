import { type EntryReasonCode, reasonWords, ruleWords } from '#api/competitions/rule-words.ts';
import type { CategoryKind, EntryReason, EntryRule, RuleLine, RuleSays } from '#api/competitions/shapes.ts';

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

export type ReasonCode = EntryReasonCode;

export const reason = (code: ReasonCode): EntryReason => ({ code, says: reasonWords(code) });
/** Of a name that was kept. */
export const reasonOf = (code: string): EntryReason => ({ code, says: reasonWords(code) });

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

/** The rules of a category, each in words and with the names of what breaks it. What always holds comes first. */
export function sentencesOf(
  kind: CategoryKind,
  rules: readonly EntryRule[],
  entries_max: number,
): RuleSays[] {
  const always: Line[] =
    kind === 'models'
      ? [
          [{ kind: 'own_model' }, 'NOT_YOURS'],
          [{ kind: 'newest_release' }, 'NO_RELEASE', 'NOT_NEWEST', 'NOT_FEATURABLE'],
        ]
      : [
          [{ kind: 'own_creation' }, 'NOT_YOURS', 'IN_THE_BIN'],
          [{ kind: 'medium', medium: kind }, 'OTHER_MEDIUM'],
          [{ kind: 'not_hidden' }, 'HIDDEN'],
          [{ kind: 'release_stands' }, 'RELEASE_WITHDRAWN'],
          [{ kind: 'not_of_judges' }, 'MODEL_OF_JUDGE'],
          [{ kind: 'no_copy' }, 'LOOKS_ALIKE', 'SOUNDS_ALIKE', 'STANDS'],
        ];
  const lines: Line[] = [
    ...always,
    [{ kind: 'entries', entries_max }, 'NO_PLACE_LEFT'],
    [{ kind: 'no_office' }, 'STAFF', 'JUDGE', 'RELATED_TO_JUDGE'],
    ...rules.filter((rule) => concerns(kind, rule)).map((rule): Line => [rule, ...BREAKS[rule.kind]]),
  ];
  return lines.map(([rule, ...codes]) => ({ codes, says: ruleWords(rule), rule }));
}

/** What holds, and the names of what breaks it. */
type Line = [rule: RuleLine, ...codes: ReasonCode[]];
const BREAKS: Record<EntryRule['kind'], ReasonCode[]> = {
  releases_listed: ['RELEASE_NOT_LISTED'],
  releases_since: ['RELEASE_TOO_OLD'],
  made_in_window: ['MADE_TOO_EARLY', 'MADE_TOO_LATE'],
  no_uploads: ['FROM_AN_UPLOAD'],
  own_pictures_only: ['FROM_ANOTHERS'],
  size: ['TOO_SMALL'],
  length: ['TOO_SHORT', 'TOO_LONG'],
};

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

/** What holds in every round, whatever is entered. */
export const GENERAL = [
  'Prizes are fixed in $STELAI, in whole nano: what a token is worth on any day changes nothing.',
  'A prize that is shared by several places or authors is divided without a rest; what nobody wins goes back to the pool of prizes.',
  'Who wins has ten days to answer. The next one moves up for whoever does not, or declines, is not of age, or lives where the prize may not be given.',
  'What was made with a model while it took part stays in, also when the model is withdrawn; nothing new is made with it. If the model infringes the rights of somebody, it is out, and its author may enter something else in its place once, while the round is open.',
  'A winner who is found to have broken a rule loses what was not paid yet and owes back what was; the pool pays whoever moves up.',
] as const;

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
  prizes: { asset: 'STELAI', unit: 'nano', fixed: true },
  says: [...GENERAL],
  planned: Object.fromEntries(Object.entries(round.instants).map(([name, at]) => [name, at.toISOString()])),
  categories: categories.map(({ kind, theme, entries_max, rules, prizes_nanos }) => ({
    ...{ kind, theme, entries_max, rules: [...rules] },
    says: sentencesOf(kind, rules, entries_max).map(({ says }) => says),
    prizes_nanos: prizes_nanos.map(String),
  })),
});
