import * as z from 'zod';
import { Can, Id, Instant, ONE_LINE, PersonRef } from '../base.ts';
import { Win } from '../competitions/win-shapes.ts';
import { Media, ModelRef } from '../generation/shapes.ts';
import { TITLE_CHARS_MAX } from './text-limits.ts';

export const Title = z
  .string()
  .trim()
  .min(1, 'must be given')
  .max(TITLE_CHARS_MAX)
  .regex(ONE_LINE, 'must be one line')
  .meta({ description: 'What others see it under.' });

const BestPlace = z.object({
  place: z.int(),
  shared: z.boolean(),
  round: z.object({ slug: z.string(), title: z.string() }),
});
export type BestPlace = z.infer<typeof BestPlace>;

/** What somebody made and shows. Its id is that of the asset. */
export const Creation = Media.extend({
  id: Id,
  title: z.string(),
  prompt: z.string().nullable().meta({ description: 'null: its maker keeps it.' }),
  maker: PersonRef,
  model: ModelRef,
  release_id: Id,
  listed: z.boolean().meta({ description: 'Whether it stands in lists, or is found by its link alone.' }),
  published_at: Instant,
  likes: z.int(),
  liked: z.boolean().meta({ description: 'By whoever asks.' }),
  comments: z.int(),
  best_place: BestPlace.nullable().meta({
    description: 'The best that it won in a competition whose results are out, the newest of equals.',
  }),
});
export type Creation = z.infer<typeof Creation>;

export const CreationPage = Creation.extend({
  release_version: z.string(),
  settings: z.record(z.string(), z.unknown()).meta({
    description:
      'What it was made with: choices and numbers, and words where the prompt is shown. Pictures that it began with are never told.',
  }),
  seed: z.int(),
  hidden: z
    .object({ reason: z.string() })
    .nullable()
    .meta({ description: 'A moderator hid it: its maker alone still sees it, with the reason.' }),
  won: z.array(Win),
  can: z.object({ like: Can, comment: Can, report: Can, show: Can, remix: Can }),
});
export type CreationPage = z.infer<typeof CreationPage>;
