import type { PieceName } from '#api/showcase/shapes.ts';
import type { Context } from '../context.ts';
import { saveShowcase } from '../flows/save-showcase.ts';
import { type AccountId, asId, type ModelId } from '../ids.ts';
import * as marketplace from '../modules/marketplace/index.ts';
import * as registry from '../modules/registry/index.ts';

const CREATIONS_MAX = 6;
const SAMPLES_MAX = 6;

const SHOWCASES = [
  { slug: 'drift', title: 'Slow water', words: 'Ink, silk and water that moves when nobody looks.' },
  { slug: 'vitrail', title: 'Light through lead', words: 'Windows for buildings that are not there yet.' },
  {
    slug: 'chamber',
    title: 'Rooms of an evening',
    words: 'Small pieces for a piano and whoever is still up.',
  },
] as const;

/** Creators of the house show what their models can do: what people show of it, and samples. */
export async function putShowcasesTogether(context: Context): Promise<void> {
  const { db, clock } = context;
  for (const { slug, ...texts } of SHOWCASES) {
    const model = await registry.modelBySlug(db, slug);
    if (!model) continue;
    const model_id = asId<ModelId>(model.id);
    const release = (await registry.releasesInUse(db, [model_id], clock.now())).get(model_id);
    const shown = await marketplace.creationsPage(db, { model_id, after: null, limit: CREATIONS_MAX });
    const samples = release ? await registry.samplesOf(db, [release.id], SAMPLES_MAX) : [];
    const names: PieceName[] = [
      ...shown.map(({ asset_id }) => ({ kind: 'creation' as const, id: asset_id })),
      ...samples.map(({ release_id, ordinal }) => ({ kind: 'sample' as const, release_id, ordinal })),
    ];
    const pieces = names.map((name) => ({ name, words: '' }));
    await saveShowcase(context, asId<AccountId>(model.creator_id), {
      ...{ slug, ...texts, pieces, published: pieces.length > 0, version: 0 },
    });
  }
}
