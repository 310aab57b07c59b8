import { Id } from '#api/base.ts';
import type { Embed } from '#api/showcase/shapes.ts';
import type { Context } from '../context.ts';
import { asId, type AssetId } from '../ids.ts';
import { present } from '../kit/assert.ts';
import { micros } from '../kit/money.ts';
import * as generation from '../modules/generation/index.ts';
import * as registry from '../modules/registry/index.ts';
import { refuse } from '../refuse.ts';
import { presentCreations } from './creations.ts';
import { defaultPrice, presentSample } from './models.ts';
import { people } from './people.ts';
import { creationToShare, modelToShare } from './share.ts';
import { modelRef } from './showcases.ts';

/** What a frame on another site shows; nobody is signed in there. */
export const embedOf = (context: Context, of: Embed['of'], name: string): Promise<Embed> =>
  of === 'assets' ? creationEmbed(context, name) : modelEmbed(context, name);

async function creationEmbed(context: Context, id: string): Promise<Embed> {
  if (!Id.safeParse(id).success) refuse('NOT_FOUND');
  const { creation } = await creationToShare(context, asId<AssetId>(id));
  const [shown] = await presentCreations(context, null, [creation]);
  const { title, maker, model, modality, ...media } = present(shown, 'a creation that is shown');
  return {
    ...{ of: 'assets', name: id, title, by: maker, model, modality, media: { ...media, modality } },
    ...{ from_micros: null, summary: null, path: `/assets/${id}` },
    frame: {
      path: `/embed/assets/${id}`,
      ...frameFor(modality, media),
      kind: modality === 'video' ? 'video' : 'rich',
    },
  };
}

async function modelEmbed(context: Context, slug: string): Promise<Embed> {
  const { db, clock } = context;
  const { model, release } = await modelToShare(context, slug);
  const [sample] = await registry.samplesOf(db, [release.id], 1);
  const card = await generation.rateCardInForce(db, clock.now());
  const person = await people(db, [model.creator_id]);
  return {
    ...{ of: 'models', name: slug, title: model.title, by: person(model.creator_id) },
    ...{ model: await modelRef(db, model), modality: release.modality, summary: model.summary },
    media: sample
      ? { ...presentSample(context, sample, slug), poster: null, storyboard: null, companions: [] }
      : null,
    from_micros: micros(defaultPrice(card, release)),
    path: `/models/${slug}`,
    frame: { path: `/embed/models/${slug}`, width: 420, height: 180, kind: 'rich' },
  };
}

const BAR_PX = 64;
const SIDE_PX = 640;

/** As the media are shaped, with a line of words below. */
function frameFor(
  modality: registry.Modality,
  { width, height }: { width: number | null; height: number | null },
): { width: number; height: number } {
  if (modality === 'music' || !width || !height) return { width: SIDE_PX, height: 240 };
  const scale = Math.min(SIDE_PX / width, SIDE_PX / height);
  return { width: Math.round(width * scale), height: Math.round(height * scale) + BAR_PX };
}
