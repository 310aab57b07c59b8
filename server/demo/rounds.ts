import type { CategoryKind, CategoryPlan, RoundPlan } from '#api/competitions/shapes.ts';
import type { Context } from '../context.ts';
import { proposeRound, ruleOnRound } from '../flows/approve-round.ts';
import { enterRound } from '../flows/enter-round.ts';
import { fingerprintAssets } from '../flows/fingerprint-assets.ts';
import { validateEntries } from '../flows/validate-entries.ts';
import { writeTemplate } from '../flows/write-round-template.ts';
import { beginRound, writeRound } from '../flows/write-round.ts';
import type { AccountId, RoundId } from '../ids.ts';
import { present } from '../kit/assert.ts';
import { DAY_MS, startOfDay } from '../kit/clock.ts';
import { monthOf } from '../kit/months.ts';
import * as competitions from '../modules/competitions/index.ts';
import * as identity from '../modules/identity/index.ts';
import { Refusal } from '../refuse.ts';
import { enterable } from '../views/competitions/entries.ts';

const EDITOR = 'editor@demo.example';
const SECOND_EDITOR = 'editor-2@demo.example';
const STELAI = 1_000_000_000n;
const PRIZES = [5_000n, 3_000n, 2_000n, 1_000n, 500n].map((whole) => String(whole * STELAI));

const SLUG = 'light-in-the-dark';
const SAID = {
  title: 'Light in the dark',
  theme: 'Whatever shines when the days are short.',
  story:
    '## Short days\nWindows at night, a fire on a hill, a melody that gets brighter. Make it here while the round is open, and enter what you like best.\n\nMembers vote on pairs without knowing whose they are; experts rank the finalists without knowing either. The whole count is published, and anybody can repeat it.',
};
const creations = (kind: Exclude<CategoryKind, 'models'>, theme: string): CategoryPlan => ({
  ...{ kind, theme, entries_max: 2, prizes: PRIZES },
  rules: [{ kind: 'made_in_window' }, { kind: 'no_uploads' }, { kind: 'own_pictures_only' }],
});
const CATEGORIES: CategoryPlan[] = [
  creations('image', 'One light'),
  creations('video', 'Light that moves'),
  creations('music', 'From dark to bright'),
  { kind: 'models', theme: 'The newest releases', entries_max: 1, rules: [], prizes: PRIZES.slice(0, 3) },
];
/** It opened so long before the demo ends, and locks so long after. */
const OPENED_DAYS = 9;
const LOCKS_DAYS = 5;

type Span = { to: Date };

/** A round that is written, approved and paid for before it opens, and is open when the month is over. */
export async function planRounds(context: Context, { to }: Span): Promise<void> {
  const [editor, second] = [await idOf(context, EDITOR), await idOf(context, SECOND_EDITOR)];
  const opens_at = new Date(startOfDay(to).getTime() - OPENED_DAYS * DAY_MS);
  const wish = { title: SAID.title, month: monthOf(opens_at), template_id: null };
  const id = await beginRound(context, editor, wish);
  const round = { slug: SLUG, ...SAID, instants: instantsFrom(opens_at), categories: CATEGORIES };
  await writeRound(context, editor, { ...(await seen(context, id)), plan: round });
  await proposeRound(context, editor, await seen(context, id));
  const reason = 'The rules are clear, and the prizes are within what was set aside.';
  await ruleOnRound(context, second, { ...(await seen(context, id)), approved: true, reason });
}

function instantsFrom(opens_at: Date): RoundPlan['instants'] {
  const after = (days: number) => new Date(opens_at.getTime() + days * DAY_MS).toISOString();
  const locks = OPENED_DAYS + LOCKS_DAYS;
  return {
    ...{ opens_at: after(0), locks_at: after(locks), qualifying_at: after(locks + 2) },
    ...{ final_at: after(locks + 7), tally_at: after(locks + 10) },
    ...{ provisional_at: after(locks + 11), disputes_until: after(locks + 14) },
  };
}

const idOf = async ({ db }: Context, email: string): Promise<AccountId> =>
  present(await identity.accountByEmail(db, email), email).id;

async function seen({ db }: Context, id: RoundId) {
  const { version } = present(await competitions.roundById(db, id), `the round ${id}`);
  return { id, version };
}

/** What the rounds of the months to come are made from. */
export async function repeatRounds(context: Context): Promise<void> {
  const said = { ...SAID, ...competitions.USUAL_CALENDAR, title: 'Round of the month' };
  const plan = { ...said, categories: CATEGORIES, repeats: true, lead_days: 7 };
  await writeTemplate(context, await idOf(context, EDITOR), { id: null, version: 0, plan });
}

const KINDS = ['image', 'video', 'music'] as const;
const TITLES = ['First light', 'Before dawn', 'One window', 'The long evening', 'Ember', 'Afterglow'];

/** Each of these people enters what they made last of each medium, where the rules allow it. */
export async function enterRounds(context: Context, people: readonly AccountId[]): Promise<void> {
  for (const [place, person_id] of people.entries())
    for (const kind of KINDS) {
      const { items } = await enterable(context, person_id, { slug: SLUG, kind, limit: 20 });
      const best = items.find(({ eligible }) => eligible);
      if (!best?.asset_id) continue;
      const title = present(TITLES[place % TITLES.length], 'a title');
      const wish = { slug: SLUG, kind, subject_id: best.asset_id, title, with: [] };
      await enterRound(context, person_id, wish).catch((error: unknown) => {
        // two people may have made nearly the same
        if (!(error instanceof Refusal)) throw error;
      });
    }
  while ((await fingerprintAssets(context)) > 0);
  while ((await validateEntries(context)) > 0);
}
