import * as z from 'zod';
import { Can, Id, Instant, ONE_LINE, PersonRef } from '../base.ts';
import { BOARD_DESCRIPTION_CHARS_MAX } from './board-limits.ts';
import { Asset } from './shapes.ts';

export const BoardName = z.string().trim().min(1, 'is empty').max(60).regex(ONE_LINE, 'must be one line');
export const BoardDescription = z.string().trim().max(BOARD_DESCRIPTION_CHARS_MAX);

/** Unlisted: whoever has its link. */
export const BoardVisibility = z.enum(['private', 'unlisted', 'public']);
export type BoardVisibility = z.infer<typeof BoardVisibility>;

const Cover = Asset.pick({
  ...{ modality: true, thumbnail: true, poster: true, thumbhash: true, waveform: true },
});

export const Board = z.object({
  id: Id,
  name: z.string(),
  description: z.string(),
  visibility: BoardVisibility,
  hidden: z.boolean().meta({ description: 'A moderator hid it: others do not see it.' }),
  assets: z.int().meta({ description: 'How much lies on it, without what is in the bin.' }),
  of_others: z.int().meta({ description: 'How much of that others made, and show.' }),
  cover: Cover.nullable().meta({ description: 'What its owner chose, or what stands first.' }),
  cover_id: Id.nullable().meta({ description: 'The asset that its owner chose for the cover.' }),
  holds_asset: z
    .boolean()
    .nullable()
    .meta({ description: 'Whether the asset that was asked about lies on it; null when none was.' }),
  created_at: Instant,
  deleted_at: Instant.nullable(),
});
export type Board = z.infer<typeof Board>;

/** A board as others see it: what its maker shows of what lies on it, and of the first 500 things. */
export const ShownBoard = z.object({
  id: Id,
  name: z.string(),
  description: z.string(),
  visibility: BoardVisibility,
  owner: PersonRef,
  creations: z.int().meta({ description: 'How many are shown.' }),
  cover: Cover.nullable(),
  shown_at: Instant.nullable().meta({ description: 'null: nobody but its owner sees it.' }),
  can: z.object({ edit: Can, report: Can }),
});
export type ShownBoard = z.infer<typeof ShownBoard>;
