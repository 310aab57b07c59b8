import { publishModel } from '../server/flows/publish-model.ts';
import { type AccountId, asId, type ReleaseId } from '../server/ids.ts';
import { present } from '../server/kit/assert.ts';
import * as registry from '../server/modules/registry/index.ts';
import { waveManifest } from './model-files/onnx.ts';
import type { World } from './world.ts';

type Content = Parameters<typeof publishModel>[1]['content'];
type Wish = Pick<Content, 'parents'> & { split?: Parameters<typeof publishModel>[1]['split'] };

/** A model of somebody's own with files of its own: what the house decides for its own models does not hold for it. */
export async function publishedWaves(
  world: World,
  { id: creator_id }: { id: AccountId },
  slug: string,
  { split = [{ person_id: creator_id, role: 'creator', part_ppm: 1_000_000 }], parents = [] }: Wish = {},
): Promise<ReleaseId> {
  const drift = await world.visitor().api.registry.getModel({ slug: 'drift' });
  const id = asId<ReleaseId>(present(drift.release, 'the release of a house model').id);
  const of = present(await registry.releaseById(world.context.db, id), 'a release');
  const { files, input_schema, metering, price_class, licence } = of;
  return publishModel(world.context, {
    ...{ creator_id, slug, title: `The ${slug}`, modality: 'image', summary: `Paints the ${slug}.` },
    ...{ description: '', split },
    agreement: { terms_version: drift.agreement.terms_version, share_ppm: 700_000 },
    content: {
      ...{ version: '1.0.0', binding: { kind: 'onnx', manifest: waveManifest }, files, input_schema },
      ...{ metering, price_class, licence, samples: [], parents },
    },
  });
}

/** A model of somebody's own that runs as a house model does, for stories about what stands around it. */
export async function publishedAs(
  world: World,
  { id: creator_id }: { id: AccountId },
  slug: string,
): Promise<void> {
  const drift = await world.visitor().api.registry.getModel({ slug: 'drift' });
  const id = asId<ReleaseId>(present(drift.release, 'the release of a house model').id);
  const of = present(await registry.releaseById(world.context.db, id), 'a release');
  const { files, input_schema, metering, binding, price_class, licence } = of;
  await publishModel(world.context, {
    ...{ creator_id, slug, title: `The ${slug}`, modality: 'image', summary: `Paints the ${slug}.` },
    description: `# The ${slug}\nPaints it.`,
    agreement: { terms_version: drift.agreement.terms_version, share_ppm: 700_000 },
    split: [{ person_id: creator_id, role: 'creator', part_ppm: 1_000_000 }],
    content: { version: '1.0.0', binding, files, input_schema, metering, price_class, licence, samples: [] },
  });
}
