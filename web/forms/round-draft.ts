import type { CategoryKind, CategoryPlan, EntryRule, RoundPlan, TemplatePlan } from '#web/api-types.ts';
import { nanosOf, stelai } from '#ui/competitions/stelai.ts';
import { slugsIn } from './campaign-draft.ts';

/** Categories as they are typed; what is switched off is left out of the plan. */
export type RuleDraft = { kind: EntryRule['kind']; first: string; second: string };
export type CategoryDraft = {
  kind: CategoryKind;
  on: boolean;
  theme: string;
  entries_max: string;
  rules: RuleDraft[];
  prizes: string[];
};

export const KINDS: readonly CategoryKind[] = ['image', 'video', 'music', 'models'];
const PLACES = 5;

/** What each rule is called, and what it asks for. */
export const RULES: Record<EntryRule['kind'], { name: string; first?: string; second?: string }> = {
  releases_listed: { name: 'Made with one of these models', first: 'Models, by their addresses' },
  releases_since: { name: 'Made with a release accepted since', first: 'Since (UTC)' },
  made_in_window: { name: 'Made while the round is open' },
  no_uploads: { name: 'Made from no uploaded picture' },
  own_pictures_only: { name: 'Made only from one’s own pictures' },
  size: { name: 'Not smaller than', first: 'Shorter side in pixels' },
  length: { name: 'Between two lengths', first: 'Seconds at least', second: 'Seconds at most' },
};

const minute = (instant: string) => instant.slice(0, 16);
/** What is no time is sent as it is: the server says so at its field. */
export const instantOf = (minutes: string) => (minutes === '' ? '' : `${minutes.slice(0, 16)}:00.000Z`);
const MS = 1000;

function ruleDraft(rule: EntryRule): RuleDraft {
  const { kind } = rule;
  switch (rule.kind) {
    case 'releases_listed':
      return { kind, first: rule.models.join(', '), second: '' };
    case 'releases_since':
      return { kind, first: minute(rule.since), second: '' };
    case 'size':
      return { kind, first: String(rule.side_min_px), second: '' };
    case 'length':
      return { kind, first: String(rule.min_ms / MS), second: String(rule.max_ms / MS) };
    default:
      return { kind, first: '', second: '' };
  }
}

export function ruleOf({ kind, first, second }: RuleDraft): EntryRule {
  switch (kind) {
    case 'releases_listed':
      return { kind, models: slugsIn(first) };
    case 'releases_since':
      return { kind, since: instantOf(first) };
    case 'size':
      return { kind, side_min_px: Number(first) };
    case 'length':
      return { kind, min_ms: Math.round(Number(first) * MS), max_ms: Math.round(Number(second) * MS) };
    default:
      return { kind };
  }
}

export const categoryDrafts = (categories: readonly CategoryPlan[]): CategoryDraft[] =>
  KINDS.map((kind) => {
    const plan = categories.find((one) => one.kind === kind);
    const prizes = plan?.prizes.map(stelai) ?? [];
    return {
      ...{ kind, on: plan !== undefined, theme: plan?.theme ?? '' },
      entries_max: String(plan?.entries_max ?? 3),
      rules: plan?.rules.map(ruleDraft) ?? [{ kind: 'made_in_window', first: '', second: '' }],
      prizes: Array.from({ length: PLACES }, (_, place) => prizes[place] ?? ''),
    };
  });

export const categoriesOf = (drafts: readonly CategoryDraft[]): CategoryPlan[] =>
  drafts
    .filter(({ on }) => on)
    .map(({ kind, theme, entries_max, rules, prizes }) => ({
      ...{ kind, theme, entries_max: Number(entries_max), rules: rules.map(ruleOf) },
      prizes: prizes.filter((text) => text.trim() !== '').map((text) => nanosOf(text) ?? text),
    }));

const INSTANTS = [
  'opens_at',
  'locks_at',
  'qualifying_at',
  'final_at',
  'tally_at',
  'provisional_at',
  'disputes_until',
] as const;
export type InstantName = (typeof INSTANTS)[number];
export const instantNames: Record<InstantName, string> = {
  opens_at: 'Opens',
  locks_at: 'Entries close',
  qualifying_at: 'Voting begins',
  final_at: 'The final begins',
  tally_at: 'Voting ends',
  provisional_at: 'Results are out by',
  disputes_until: 'Disputes end',
};

export type RoundDraft = Pick<RoundPlan, 'slug' | 'title' | 'theme' | 'story'> & {
  instants: Record<InstantName, string>;
  categories: CategoryDraft[];
};

const mapped = (instants: Record<InstantName, string>, change: (text: string) => string) => ({
  opens_at: change(instants.opens_at),
  locks_at: change(instants.locks_at),
  qualifying_at: change(instants.qualifying_at),
  final_at: change(instants.final_at),
  tally_at: change(instants.tally_at),
  provisional_at: change(instants.provisional_at),
  disputes_until: change(instants.disputes_until),
});

export const roundDraft = ({ slug, title, theme, story, instants, categories }: RoundPlan): RoundDraft => ({
  ...{ slug, title, theme, story },
  instants: mapped(instants, minute),
  categories: categoryDrafts(categories),
});

export const roundInstants = (draft: RoundDraft) => mapped(draft.instants, instantOf);

export const roundPlan = (draft: RoundDraft): RoundPlan => ({
  ...{ slug: draft.slug, title: draft.title, theme: draft.theme, story: draft.story },
  instants: roundInstants(draft),
  categories: categoriesOf(draft.categories),
});

/** What a new template begins with: the month as most rounds are. */
export const TEMPLATE: Omit<TemplatePlan, 'categories'> = {
  ...{ title: 'Monthly competition', theme: '', story: '', repeats: true, lead_days: 14 },
  ...{ open_days: 21, validation_hours: 48, qualifying_hours: 120, final_hours: 72, dispute_hours: 72 },
};
