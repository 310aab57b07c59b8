import { setTimeout as sleep } from 'node:timers/promises';
import type { CategoryKind, CategoryPlan, RoundPlan } from '#api/competitions/shapes.ts';
import { prizePool } from '../chart-of-accounts.ts';
import type { Context } from '../context.ts';
import { proposeRound, ruleOnRound } from '../flows/approve-round.ts';
import { enterRound } from '../flows/enter-round.ts';
import { fingerprintAssets } from '../flows/fingerprint-assets.ts';
import { fundPool } from '../flows/fund-pool.ts';
import { indexOnce } from '../flows/index-chain.ts';
import { validateEntries } from '../flows/validate-entries.ts';
import { writeTemplate } from '../flows/write-round-template.ts';
import { beginRound, writeRound } from '../flows/write-round.ts';
import type { AccountId, RoundId } from '../ids.ts';
import { present } from '../kit/assert.ts';
import { DAY_MS, startOfDay } from '../kit/clock.ts';
import { monthOf } from '../kit/months.ts';
import * as competitions from '../modules/competitions/index.ts';
import * as identity from '../modules/identity/index.ts';
import * as ledger from '../modules/ledger/index.ts';
import { Refusal } from '../refuse.ts';
import { enterable } from '../views/competitions/entries.ts';

export const EDITOR = 'editor@demo.example';
export const SECOND_EDITOR = 'editor-2@demo.example';
const STELAI = 1_000_000_000n;
const PRIZES = [5_000n, 3_000n, 2_000n, 1_000n, 500n].map((whole) => String(whole * STELAI));

const creations = (
  kind: Exclude<CategoryKind, 'models'>,
  theme: string,
  entries_max: number,
): CategoryPlan => ({
  ...{ kind, theme, entries_max, prizes: PRIZES },
  rules: [{ kind: 'made_in_window' }, { kind: 'no_uploads' }, { kind: 'own_pictures_only' }],
});
const models = (entries_max: number): CategoryPlan => ({
  ...{ kind: 'models', theme: 'The newest releases', entries_max, rules: [], prizes: PRIZES.slice(0, 3) },
});

/** In days from the day on which the demo ends. */
type Days = Record<keyof RoundPlan['instants'], number>;
type Said = Pick<RoundPlan, 'slug' | 'title' | 'theme' | 'story' | 'categories'>;
export type Round = Said & { days: Days };

/** The first is over when the demo ends, members vote in the second, and the third is open. */
export const OVER: Round = {
  ...{ slug: 'small-hours', title: 'Small hours', theme: 'What is awake while everybody sleeps.' },
  story:
    '## Between two and five\nA lamp in one window, rain on an empty platform, a melody for nobody. Make it here while the round is open, and enter what you would stay up for.',
  categories: [
    creations('image', 'One lamp', 3),
    creations('video', 'Nothing moves but this', 3),
    creations('music', 'For nobody', 3),
    models(2),
  ],
  days: {
    ...{ opens_at: -31, locks_at: -18, qualifying_at: -17, final_at: -13, tally_at: -10 },
    ...{ provisional_at: -9, disputes_until: -6 },
  },
};
export const VOTED_ON: Round = {
  ...{ slug: 'postcards', title: 'Postcards', theme: 'A place that you would write home from.' },
  story:
    '## Wish you were here\nOne picture, no caption: a place that is nowhere, and that somebody would book at once. Pictures only, up to three each.',
  categories: [creations('image', 'Greetings from nowhere', 3)],
  days: {
    ...{ opens_at: -17, locks_at: -4, qualifying_at: -2, final_at: 3, tally_at: 6 },
    ...{ provisional_at: 7, disputes_until: 10 },
  },
};
export const OPEN: Round = {
  ...{ slug: 'light-in-the-dark', title: 'Light in the dark' },
  theme: 'Whatever shines when the days are short.',
  story:
    '## Short days\nWindows at night, a fire on a hill, a melody that gets brighter. Make it here while the round is open, and enter what you like best.\n\nMembers vote on pairs without knowing whose they are; experts rank the finalists without knowing either. The whole count is published, and anybody can repeat it.',
  categories: [
    creations('image', 'One light', 2),
    creations('video', 'Light that moves', 2),
    creations('music', 'From dark to bright', 2),
    models(1),
  ],
  days: {
    ...{ opens_at: -9, locks_at: 5, qualifying_at: 7, final_at: 12, tally_at: 15 },
    ...{ provisional_at: 16, disputes_until: 19 },
  },
};
const ROUNDS = [OVER, VOTED_ON, OPEN];

export const FINANCE = 'finance@demo.example';
const POOL_NANOS = 100_000n * STELAI;
const LOOK_AGAIN_MS = 200;

/** Prizes are promised out of what is there: on the chain what it was started with, elsewhere the operator's word. */
export async function fundPrizes(context: Context): Promise<void> {
  if (context.config.chain.kind === 'none')
    await fundPool(context, await idOf(context, FINANCE), { key: 'demo-pool', amount_nanos: POOL_NANOS });
  if (context.config.chain.kind !== 'embedded') return;
  while ((await ledger.balances(context.db, [prizePool]))(prizePool).available === 0n) {
    const { did, code } = await indexOnce(context);
    if (did.startsWith('halted')) throw new Error(`what is on the chain cannot be booked: ${code}`);
    await sleep(LOOK_AGAIN_MS);
  }
}

type Span = { to: Date };

/** When something of a round is due, so many hours after one of its times. */
export const timeOf = ({ days }: Round, time: keyof Days, { to }: Span, hours = 0): Date =>
  new Date(startOfDay(to).getTime() + days[time] * DAY_MS + hours * 3_600_000);

/**
 * Rounds that are written, approved and paid for before they open. Answers which: an installation that is younger than
 * one has none of it.
 */
export async function planRounds(context: Context, span: Span): Promise<Round[]> {
  const planned = ROUNDS.filter((round) => timeOf(round, 'opens_at', span) > context.clock.now());
  for (const round of planned) await planRound(context, round, span);
  return planned;
}

async function planRound(context: Context, round: Round, span: Span): Promise<void> {
  const [editor, second] = [await idOf(context, EDITOR), await idOf(context, SECOND_EDITOR)];
  const { slug, title, theme, story, categories } = round;
  const month = monthOf(timeOf(round, 'opens_at', span));
  const id = await beginRound(context, editor, { title, month, template_id: null });
  const plan = { slug, title, theme, story, categories, instants: instantsOf(round, span) };
  await writeRound(context, editor, { ...(await seen(context, id)), plan });
  await proposeRound(context, editor, await seen(context, id));
  const reason = 'The rules are clear, and the prizes are within what was set aside.';
  await ruleOnRound(context, second, { ...(await seen(context, id)), approved: true, reason });
}

function instantsOf(round: Round, span: Span): RoundPlan['instants'] {
  const at = (time: keyof Days) => timeOf(round, time, span).toISOString();
  return {
    ...{ opens_at: at('opens_at'), locks_at: at('locks_at'), qualifying_at: at('qualifying_at') },
    ...{ final_at: at('final_at'), tally_at: at('tally_at') },
    ...{ provisional_at: at('provisional_at'), disputes_until: at('disputes_until') },
  };
}

export const idOf = async ({ db }: Context, email: string): Promise<AccountId> =>
  present(await identity.accountByEmail(db, email), email).id;

async function seen({ db }: Context, id: RoundId) {
  const { version } = present(await competitions.roundById(db, id), `the round ${id}`);
  return { id, version };
}

/** What the rounds of the months to come are made from. */
export async function repeatRounds(context: Context): Promise<void> {
  const { theme, story, categories } = OPEN;
  const said = { theme, story, ...competitions.USUAL_CALENDAR, title: 'Round of the month' };
  const plan = { ...said, categories, repeats: true, lead_days: 7 };
  await writeTemplate(context, await idOf(context, EDITOR), { id: null, version: 0, plan });
}

const TITLES = [
  ...['First light', 'Before dawn', 'One window', 'The long evening', 'Ember', 'Afterglow', 'Last train'],
  ...['Nobody home', 'Slow tide', 'North of sleep', 'Blue hour', 'Room with a lamp', 'Half past four'],
  ...['Quiet engine', 'The other shore', 'Rain, later', 'Paper boats', 'Tin roof', 'Under the stairs'],
] as const;

/** Each of these people enters what they made last of each medium of a round, where the rules allow it. */
export async function enterRounds(
  context: Context,
  people: readonly AccountId[],
  { slug, categories }: Said = OPEN,
  each = 1,
): Promise<void> {
  let named = 0;
  for (const person_id of people)
    for (const { kind } of categories.filter((category) => category.kind !== 'models')) {
      const { items } = await enterable(context, person_id, { slug, kind, limit: 40 });
      for (const { asset_id } of items.filter(({ eligible }) => eligible).slice(0, each)) {
        if (!asset_id) continue;
        const title = present(TITLES[named++ % TITLES.length], 'a title');
        await enter(context, person_id, { slug, kind, subject_id: asset_id, title });
      }
    }
  while ((await fingerprintAssets(context)) > 0);
  await lookAtEntries(context);
}

/** What cannot be prepared is tried three times, and waits for nobody then. */
async function lookAtEntries(context: Context): Promise<void> {
  for (let attempt = 0; attempt < 3; attempt += 1) while ((await validateEntries(context)) > 0);
}

/** Creators enter what they published last. */
export async function enterModels(context: Context, round: Round, creators: readonly AccountId[]) {
  const { slug } = round;
  for (const person_id of creators) {
    const { items, places_left } = await enterable(context, person_id, { slug, kind: 'models', limit: 40 });
    for (const { release_id, title } of items.filter(({ eligible }) => eligible).slice(0, places_left))
      await enter(context, person_id, { slug, kind: 'models', subject_id: release_id, title });
  }
  await lookAtEntries(context);
}

type Entered = { slug: string; kind: CategoryKind; subject_id: string; title: string };

async function enter(context: Context, person_id: AccountId, wish: Entered): Promise<void> {
  await enterRound(context, person_id, { ...wish, with: [] }).catch((error: unknown) => {
    // two people may have made nearly the same
    if (!(error instanceof Refusal)) throw error;
  });
}
