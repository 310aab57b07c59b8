import type * as z from 'zod';
import type { PieceName, ShowcaseWish } from '#api/showcase/shapes.ts';
import type { Context } from '../context.ts';
import { type AccountId, asId, type AssetId, type ModelId, type ReleaseId } from '../ids.ts';
import type { Db } from '../kit/database.ts';
import { tell } from '../kit/outbox.ts';
import * as marketplace from '../modules/marketplace/index.ts';
import * as registry from '../modules/registry/index.ts';
import { refuse } from '../refuse.ts';
import { shownPieces } from '../views/showcases.ts';
import { judgeWords } from './judge-words.ts';
import { demandStanding } from './standing-of.ts';

/** The showcase of a model of one's own, whole and in its order. */
export async function saveShowcase(
  context: Context,
  me: AccountId,
  { slug, pieces: wished, ...wish }: z.infer<typeof ShowcaseWish> & { slug: string },
): Promise<void> {
  const at = context.clock.now();
  const { published, title, words, version } = wish;
  await context.database.inTransaction(async (tx) => {
    const model = await registry.modelBySlug(tx, slug);
    if (model?.creator_id !== me) refuse('NOT_FOUND');
    const model_id = asId<ModelId>(model.id);
    await demandStanding(context, me, 'edit');
    for (const text of [title, words, ...wished.map((one) => one.words)]) judgeWords(text);
    if (published && wished.length === 0) refuse('SHOWCASE_EMPTY');
    const pieces = wished.map(({ name, words: said }) => ({ model_id, words: said, ...named(name) }));
    await demandShown(tx, pieces);
    const saved = await marketplace.saveShowcase(tx, {
      ...{ model_id, title, words, version, pieces, published, at },
    });
    if (!saved) refuse('SHOWCASE_CHANGED');
    await tell(tx, 'showcase.saved', { model_id, creator_id: me, published }, at);
  });
  context.wake.send('news');
}

const named = (name: PieceName) =>
  name.kind === 'creation'
    ? { kind: name.kind, asset_id: asId<AssetId>(name.id) }
    : { kind: name.kind, release_id: asId<ReleaseId>(name.release_id), ordinal: name.ordinal };

type Wished = marketplace.ShowcasePiece & { model_id: ModelId };

/** Each is shown to everybody, was made with this model, and is there once. */
async function demandShown(db: Db, pieces: readonly Wished[]): Promise<void> {
  const keys = pieces.map(keyOf);
  const twice = keys.flatMap((key, place) => (keys.indexOf(key) < place ? [place] : []));
  if (twice.length > 0)
    refuse('INVALID_INPUT', {
      issues: twice.map((place) => ({ path: `pieces.${place}`, message: 'is in it twice' })),
    });
  const shown = new Set(
    (await shownPieces(db, pieces)).map((piece) =>
      piece.kind === 'creation'
        ? piece.creation.asset_id
        : `${piece.sample.release_id} ${piece.sample.ordinal}`,
    ),
  );
  const places = keys.flatMap((key, place) => (shown.has(key) ? [] : [place]));
  if (places.length > 0) refuse('PIECE_NOT_SHOWN', { places });
}

const keyOf = (piece: marketplace.ShowcasePiece): string =>
  piece.kind === 'creation' ? piece.asset_id : `${piece.release_id} ${piece.ordinal}`;
