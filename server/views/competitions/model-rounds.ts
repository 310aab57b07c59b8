import type { ModelRounds } from '#api/marketplace/get-model-facts.ts';
import type { Context } from '../../context.ts';
import * as competitions from '../../modules/competitions/index.ts';
import * as program from '../../modules/program/index.ts';
import type * as registry from '../../modules/registry/index.ts';
import { mayBeUsed } from './rounds.ts';
import { winsOf } from './wins.ts';

const RUNNING: competitions.RoundState[] = ['scheduled', 'open'];
const ROUNDS_MAX = 6;

type Model = NonNullable<Awaited<ReturnType<typeof registry.modelBySlug>>>;

/** Where what is made with a model may be entered, now or soon, and what was won with it. */
export async function modelRounds(
  { db }: Context,
  model: Model,
  release: registry.Release | undefined,
): Promise<ModelRounds> {
  const [open, won] = await Promise.all([
    release ? roundsFor(db, model, release.published_at) : [],
    winsOf(db, 'model', model.id),
  ]);
  return { open, won };
}

async function roundsFor(
  db: Context['db'],
  { slug, modality, creator_id, visibility }: Model,
  accepted_at: Date,
): Promise<ModelRounds['open']> {
  if (visibility !== 'listed') return [];
  const rounds = (
    await competitions.roundsPage(db, { states: RUNNING, after: null, limit: ROUNDS_MAX })
  ).filter(({ announced_at }) => announced_at !== null);
  // at most times none runs
  if (rounds.length === 0 || (await program.creatorsWithout(db, 'promote')).has(creator_id)) return [];
  const categories = await competitions.categoriesOf(
    db,
    rounds.map(({ id }) => id),
  );
  return rounds.flatMap(({ id, ...round }) => {
    const category = categories.find(({ round_id, kind }) => round_id === id && kind === modality);
    if (!category || !mayBeUsed(category, slug, accepted_at)) return [];
    return [
      {
        round: { slug: round.slug, title: round.title },
        is_open: round.state === 'open',
        opens_at: round.opens_at.toISOString(),
        locks_at: round.locks_at.toISOString(),
      },
    ];
  });
}
