import * as z from 'zod';
import { Id, Instant } from '../base.ts';
import { Asset } from './shapes.ts';

export const BoardName = z.string().trim().min(1, 'is empty').max(60);

export const Board = z.object({
  id: Id,
  name: z.string(),
  assets: z.int().meta({ description: 'How many assets lie on it, without those in the bin.' }),
  cover: Asset.pick({ modality: true, thumbnail: true, poster: true, thumbhash: true, waveform: true })
    .nullable()
    .meta({ description: 'The asset that was added last.' }),
  holds_asset: z
    .boolean()
    .nullable()
    .meta({ description: 'Whether the asset that was asked about lies on it; null when none was.' }),
  created_at: Instant,
  deleted_at: Instant.nullable(),
});
export type Board = z.infer<typeof Board>;
