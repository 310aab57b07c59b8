import type * as z from 'zod';
import { nextWords } from '#api/competitions/state-words.ts';
import type {
  Category,
  Round,
  RoundCard,
  RoundNext,
  RoundNotice,
  RuleSays,
} from '#api/competitions/shapes.ts';
import type { ModelCard } from '#api/registry/shapes.ts';
import type { Context } from '../../context.ts';
import { asId, type ModelId } from '../../ids.ts';
import { sum } from '../../kit/money.ts';
import * as competitions from '../../modules/competitions/index.ts';
import type { Caller } from '../../modules/identity/index.ts';
import * as program from '../../modules/program/index.ts';
import * as registry from '../../modules/registry/index.ts';
import { refuse } from '../../refuse.ts';
import { no, YES } from '../can.ts';
import { presentModels } from '../models.ts';
import { enteredModels } from './entered-models.ts';
import { pageOf, placeOf, rowOf } from '../paging.ts';

const SHOWN: Record<'now' | 'over', readonly competitions.RoundState[]> = {
  now: [
    'scheduled',
    'open',
    'locked',
    'qualifying',
    'final_round',
    'tally',
    'provisional',
    'dispute_window',
    'suspended',
  ],
  over: ['final', 'settled', 'archived', 'cancelled'],
};

/** Rounds that everybody may know of, the newest first. */
export async function roundList(
  context: Context,
  { account }: Caller,
  { show, limit, cursor }: { show: 'now' | 'over'; limit: number; cursor?: string | undefined },
): Promise<{ items: RoundCard[]; next_cursor: string | null }> {
  const list = `rounds ${show} ${account?.id ?? 'anybody'}`;
  const rows = await competitions.roundsPage(context.db, {
    states: SHOWN[show],
    after: rowOf(placeOf(context, list, cursor)),
    limit: limit + 1,
  });
  const announced = rows.filter(({ announced_at }) => announced_at !== null);
  const { shown, next_cursor } = pageOf(context, list, announced, limit, ({ opens_at, id }) => [
    opens_at.toISOString(),
    id,
  ]);
  const categories = await categoriesSaid(context, shown);
  return {
    items: shown.map((round) => cardOf(context, round, categories.get(round.id) ?? [])),
    next_cursor,
  };
}

const cardOf = (
  { clock }: Context,
  round: competitions.Round,
  categories: readonly Category[],
): RoundCard => ({
  ...{ slug: round.slug, title: round.title, theme: round.theme, month: round.month, state: round.state },
  says: competitions.roundMachine.states[round.state],
  instants: instantsSaid(round),
  next: nextOf(round),
  now: clock.now().toISOString(),
  categories: categories.map(({ kind, theme, entries, prizes }) => ({ kind, theme, entries, prizes })),
  prizes_nanos: String(
    sum(categories.flatMap(({ prizes }) => prizes.map((prize) => BigInt(prize.amount_nanos)))),
  ),
});

export const instantsSaid = (round: competitions.Instants): RoundCard['instants'] => ({
  opens_at: round.opens_at.toISOString(),
  locks_at: round.locks_at.toISOString(),
  qualifying_at: round.qualifying_at.toISOString(),
  final_at: round.final_at.toISOString(),
  tally_at: round.tally_at.toISOString(),
  provisional_at: round.provisional_at.toISOString(),
  disputes_until: round.disputes_until.toISOString(),
});

const NEXT: Partial<Record<competitions.RoundState, keyof competitions.Instants>> = {
  scheduled: 'opens_at',
  open: 'locks_at',
  locked: 'qualifying_at',
  qualifying: 'final_at',
  final_round: 'tally_at',
  tally: 'provisional_at',
  provisional: 'disputes_until',
  dispute_window: 'disputes_until',
};

export function nextOf(round: competitions.Round): z.infer<typeof RoundNext> | null {
  const next = NEXT[round.state];
  return next ? { says: nextWords[round.state] ?? '', at: round[next].toISOString() } : null;
}

/** By round: its categories with rules in words, prizes and how many entries stand. */
export async function categoriesSaid(
  { db }: Context,
  rounds: readonly competitions.Round[],
): Promise<Map<string, Category[]>> {
  const categories = await competitions.categoriesOf(
    db,
    rounds.map(({ id }) => id),
  );
  const ids = categories.map(({ id }) => id);
  const [prizes, counts] = await Promise.all([
    competitions.prizesOf(db, ids),
    competitions.countEntries(db, ids),
  ]);
  const said = categories.map(({ id, round_id, kind, theme, entries_max, rules }) => ({
    round_id,
    category: {
      ...{ id, kind, theme, entries_max, rules: rulesSaid(kind, rules, entries_max) },
      prizes: prizes
        .filter(({ category_id }) => category_id === id)
        .map(({ place, amount_nanos }) => ({ place, amount_nanos: String(amount_nanos) })),
      entries: counts
        .filter(({ category_id, state }) => category_id === id && competitions.STANDS.includes(state))
        .reduce((total, { entries }) => total + entries, 0),
    },
  }));
  const of = Map.groupBy(said, ({ round_id }) => round_id);
  return new Map(rounds.map(({ id }) => [id, (of.get(id) ?? []).map(({ category }) => category)]));
}

export const rulesSaid = (
  kind: competitions.Category['kind'],
  rules: competitions.Category['rules'],
  entries_max: number,
): z.infer<typeof RuleSays>[] => competitions.sentencesOf(kind, rules, entries_max);

/** The page of a round, from its announcement on. */
export async function roundPage(context: Context, { account }: Caller, slug: string): Promise<Round> {
  const { db } = context;
  const round = await competitions.roundBySlug(db, slug);
  if (!round || round.announced_at === null) refuse('NOT_FOUND');
  const [categories, notices] = await Promise.all([
    categoriesSaid(context, [round]),
    competitions.noticesOf(db, round.id),
  ]);
  const own = categories.get(round.id) ?? [];
  const { id, story, rules_digest, rules_text, seed_commitment, seed, seed_revealed_at } = round;
  return {
    ...cardOf(context, round, own),
    ...{ id, story, rules_digest, rules_text, categories: own },
    seed_commitment: seed_commitment?.toString('hex') ?? null,
    seed: seed_revealed_at === null ? null : (seed?.toString('hex') ?? null),
    funded_nanos: round.funded_nanos === null ? null : String(round.funded_nanos),
    returned_nanos: round.returned_nanos === null ? null : String(round.returned_nanos),
    models: await modelsFor(context, round),
    entered: await enteredModels(context, round),
    notices: notices.map(noticeSaid),
    can: { enter: mayEnter(context, round, account !== null), vote: mayVote(round, account !== null) },
  };
}

export const noticeSaid = ({
  kind,
  at,
  reason,
  shift_ms,
}: competitions.Notice): z.infer<typeof RoundNotice> => ({
  ...{ kind, reason, shift_ms: Number(shift_ms) },
  at: at.toISOString(),
});

function mayEnter({ clock }: Context, { state, opens_at, locks_at }: competitions.Round, signed_in: boolean) {
  const now = clock.now();
  if (state === 'scheduled' || now < opens_at) return no('It has not opened yet.');
  if (state === 'suspended') return no('It stands still for the time being.');
  if (state !== 'open' || now >= locks_at) return no('Entries are closed.');
  return signed_in ? YES : no('Sign in first.');
}

function mayVote({ state }: competitions.Round, signed_in: boolean) {
  if (state !== 'qualifying' && state !== 'final_round') return no('Nobody votes now.');
  return signed_in ? YES : no('Sign in first.');
}

const MODELS_MAX = 12;

/** Models whose newest release may be used for a category, the newest first. */
async function modelsFor(context: Context, round: competitions.Round): Promise<ModelCard[]> {
  const { db, clock } = context;
  const categories = (await competitions.categoriesOf(db, round.id)).filter(({ kind }) => kind !== 'models');
  const [models, without] = await Promise.all([
    registry.findModels(db, { visibility: 'listed' }),
    program.creatorsWithout(db, 'promote'),
  ]);
  const shown = models.filter(({ creator_id }) => !without.has(creator_id));
  const ids = shown.map(({ id }) => asId<ModelId>(id));
  const releases = await registry.releasesInUse(db, ids, clock.now());
  const fits = shown.filter(({ id, slug, modality }) => {
    const release = releases.get(id);
    const category = categories.find(({ kind }) => kind === modality);
    return release !== undefined && category !== undefined && mayBeUsed(category, slug, release.published_at);
  });
  const newest = fits.toSorted(
    (one, other) =>
      (releases.get(other.id)?.published_at.getTime() ?? 0) -
      (releases.get(one.id)?.published_at.getTime() ?? 0),
  );
  return presentModels(context, newest.slice(0, MODELS_MAX), releases);
}

/** Whether a release, by the rules of a category, may be what is made with. */
export const mayBeUsed = ({ rules }: competitions.Category, slug: string, accepted_at: Date): boolean =>
  rules.every(
    (rule) =>
      (rule.kind !== 'releases_listed' || rule.models.includes(slug)) &&
      (rule.kind !== 'releases_since' || accepted_at >= new Date(rule.since)),
  );
