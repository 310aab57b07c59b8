import type { Context } from '../context.ts';
import { type AccountId, asId, type AssetId, type ModelId, type ReleaseId } from '../ids.ts';
import { present } from '../kit/assert.ts';
import { tell } from '../kit/outbox.ts';
import * as generation from '../modules/generation/index.ts';
import * as marketplace from '../modules/marketplace/index.ts';
import * as registry from '../modules/registry/index.ts';
import { refuse } from '../refuse.ts';
import { judgePrompt } from './judge-prompt.ts';
import { judgeWords } from './judge-words.ts';

type Wish = { title: string; show_prompt: boolean; listed: boolean };

/**
 * Shows an asset to others. What it was made from is judged once more, by the rules of today: what may be made for
 * oneself under older ones is not shown under newer ones.
 */
export async function showCreation(
  context: Context,
  maker_id: AccountId,
  id: AssetId,
  { title, show_prompt, listed }: Wish,
): Promise<void> {
  const { db, clock } = context;
  const at = clock.now();
  const asset = (await generation.paidAsset(db, maker_id, id)) ?? refuse('NOT_FOUND');
  const job = present(
    await generation.generationById(db, asId(asset.generation_id)),
    'the generation of an asset',
  );
  const release_id = asId<ReleaseId>(job.release_id);
  const release = present(await registry.releaseById(db, release_id), 'the release of a generation');
  judgeWords(title);
  await judgePrompt(context, maker_id, release, job.input);
  await context.database.inTransaction(async (tx) => {
    const still = (await generation.assetToShow(tx, maker_id, id)) ?? refuse('NOT_FOUND');
    if (still.deleted_at) refuse('IN_THE_BIN');
    const model_id = asId<ModelId>(job.terms.model.id);
    await marketplace.showCreation(tx, {
      ...{ asset_id: id, maker_id, model_id, release_id, modality: asset.modality },
      ...{ title, listed, published_at: at },
      prompt: show_prompt && asset.prompt !== '' ? asset.prompt : null,
    });
    await tell(tx, 'creation.shown', { asset_id: id, maker_id, model_id }, at);
  });
  context.wake.send('news');
}

/** Takes it back: gone at once. What others said of it waits, should it be shown again. */
export async function withdrawCreation(context: Context, maker_id: AccountId, id: AssetId): Promise<void> {
  const at = context.clock.now();
  await context.database.inTransaction(async (tx) => {
    const creation = await marketplace.lockCreation(tx, id);
    if (!creation || creation.maker_id !== maker_id || creation.withdrawn_at) refuse('NOT_FOUND');
    await marketplace.withdrawCreation(tx, id, at);
    const { model_id } = creation;
    await tell(tx, 'creation.withdrawn', { asset_id: id, maker_id, model_id }, at);
  });
  context.wake.send('news');
}
