import type { Download, MediaFormat, Rendition } from '#api/generation/shapes.ts';
import type { Context } from '../context.ts';
import { type AccountId, asId, type AssetId } from '../ids.ts';
import * as generation from '../modules/generation/index.ts';
import { refuse } from '../refuse.ts';
import { mediaFile } from './media.ts';

/** One rendition for the asset's owner, ready or in the making. */
export async function renditionFor(
  context: Context,
  owner_id: AccountId,
  wanted: { asset_id: AssetId; format: MediaFormat; side_max: number | null },
): Promise<Rendition> {
  const { format, side_max } = wanted;
  const asset = await generation.paidAsset(context.db, owner_id, wanted.asset_id);
  if (!asset) refuse('NOT_FOUND');
  const asked = generation.renditionKey(asset, format, side_max);
  if (!asked) refuse('FORMAT_NOT_OFFERED');
  const job = await generation.generationById(context.db, asId(asset.generation_id));
  const name = job ? downloadName(job, asset) : asset.id;
  if ('there' in asked)
    return { format, side_max, state: 'ready', file: mediaFile(context, asked.there, name) };
  const sized = asked.key.side_max ? `${name}-${asked.key.side_max}` : name;
  const found = await generation.renditionByKey(context.db, asked.key);
  if (found?.state === 'failed') refuse('RENDITION_FAILED');
  if (found?.state !== 'ready') return { format, side_max, state: 'making', file: null };
  return { format, side_max, state: 'ready', file: mediaFile(context, found, sized) };
}

/** What a file is called that somebody saves. */
export const downloadName = ({ terms }: generation.Generation, { id }: { id: string }) =>
  `${terms.model.slug}-${id.slice(-8)}`;

export type Renditions = Awaited<ReturnType<typeof generation.renditionsOf>>;

/** Everything an asset can be had as: what came with it, what was made of it, what can be made. */
export function downloads(
  context: Context,
  asset: generation.Asset,
  renditions: Renditions,
  name: string,
): Download[] {
  const own = renditions.filter(({ asset_id }) => asset_id === asset.id);
  return [
    ...generation.filesOf(asset).map(({ format, file }) => ({
      ...{ format, original: file === asset, state: 'ready' as const },
      file: mediaFile(context, file, name),
    })),
    ...generation.formatsOnDemand(asset).map((format) => {
      const rendition = own.find((made) => made.format === format)?.rendition;
      const ready = rendition?.state === 'ready';
      return {
        ...{ format, original: false },
        state: ready
          ? ('ready' as const)
          : rendition?.state === 'making'
            ? ('making' as const)
            : ('on_demand' as const),
        file: ready ? mediaFile(context, rendition, name) : null,
      };
    }),
  ];
}
