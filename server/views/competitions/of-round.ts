import { Modality } from '#api/base.ts';
import { resultsAreOut } from '#api/competitions/results-out.ts';
import type { Context } from '../../context.ts';
import type { Db } from '../../kit/database.ts';
import * as competitions from '../../modules/competitions/index.ts';
import type { Wish } from '../../modules/marketplace/index.ts';
import * as registry from '../../modules/registry/index.ts';
import { refuse } from '../../refuse.ts';

type Among = NonNullable<Wish['among']>;

async function announced(db: Db, slug: string): Promise<competitions.Round> {
  const round = await competitions.roundBySlug(db, slug);
  return round && round.announced_at !== null ? round : refuse('NOT_FOUND');
}

/** Models whose newest release may be what is made with in a category of a round, and those that were entered in it. */
export async function modelsOfRound({ db, clock }: Context, slug: string): Promise<Among> {
  const round = await announced(db, slug);
  const categories = await competitions.categoriesOf(db, round.id);
  const ids = new Set<string>(await competitions.modelsEntered(db, round.id));
  const modalities: string[] = [];
  for (const { kind, rules } of categories) {
    const modality = Modality.safeParse(kind);
    if (!modality.success) continue;
    const listed = rules.flatMap((rule) => (rule.kind === 'releases_listed' ? [rule.models] : []));
    const since = rules
      .flatMap((rule) => (rule.kind === 'releases_since' ? [rule.since] : []))
      .sort()
      .at(-1);
    if (since === undefined && listed.length === 0) modalities.push(modality.data);
    else for (const id of await fitting(db, modality.data, { listed, since }, clock.now())) ids.add(id);
  }
  return { modalities, ids: [...ids] };
}

/** By both rules where there are both. */
async function fitting(
  db: Db,
  modality: Modality,
  { listed, since }: { listed: readonly string[][]; since: string | undefined },
  at: Date,
): Promise<string[]> {
  const [first, ...others] = listed;
  const named = first && (await registry.findModels(db, { visibility: 'listed', modality, slugs: first }));
  const fresh =
    since === undefined
      ? undefined
      : new Set<string>(await registry.modelsReleasedSince(db, { modality, since: new Date(since) }, at));
  if (!named) return [...(fresh ?? [])];
  return named
    .filter(({ id, slug }) => others.every((list) => list.includes(slug)) && (fresh?.has(id) ?? true))
    .map(({ id }) => id);
}

/**
 * Of a round winners and finalists, once the results are out: while it runs nobody is told what stands in it. `won`: of
 * it, or of all rounds, what won.
 */
export async function worksOfRound(
  { db }: Context,
  slug: string | undefined,
  won: boolean,
): Promise<Among | null> {
  const round = slug === undefined ? undefined : await announced(db, slug);
  if (won) return { modalities: [], ids: await competitions.worksThatWon(db, { round_id: round?.id }) };
  if (!round) return null;
  return {
    modalities: [],
    ids: resultsAreOut(round.state) ? await competitions.worksInFinal(db, round.id) : [],
  };
}

const ROUNDS_MAX = 12;
const KNOWN = (Object.keys(competitions.roundMachine.states) as competitions.RoundState[]).filter(
  (state) => state !== 'draft' && state !== 'cancelled',
);

/** The newest rounds that everybody may know of. */
export async function roundsToFilterBy(db: Db): Promise<{ slug: string; title: string }[]> {
  const rounds = await competitions.roundsPage(db, { states: KNOWN, after: null, limit: ROUNDS_MAX });
  return rounds
    .filter(({ announced_at }) => announced_at !== null)
    .map(({ slug, title }) => ({ slug, title }));
}

/** Every round that everybody may know of, with when something last came of it by its own times. */
export async function roundAddresses({ db, clock }: Context, limit: number) {
  const rounds = await competitions.roundsPage(db, { states: KNOWN, after: null, limit });
  const now = clock.now();
  return rounds.flatMap(({ slug, state, announced_at, ...round }) => {
    if (announced_at === null) return [];
    const passed = competitions.INSTANTS.map((name) => round[name]).filter((at) => at <= now);
    const changed_at = passed.at(-1) ?? announced_at;
    return [{ slug, changed_at: changed_at.toISOString(), results: resultsAreOut(state) }];
  });
}
