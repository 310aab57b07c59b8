import * as z from 'zod';
import { Id } from '../base.ts';
import { CategoryKind } from './shapes.ts';

/** A place in a round whose results are out, as it stands on what won and on whose it is. */
export const Win = z.object({
  round: z.object({ slug: z.string(), title: z.string(), month: z.string() }),
  kind: CategoryKind,
  place: z.int(),
  shared: z.boolean(),
  provisional: z.boolean().meta({ description: 'It may still be disputed.' }),
  title: z.string(),
  asset_id: Id.nullable().meta({ description: 'null: its maker does not show it, or it is a model.' }),
});
export type Win = z.infer<typeof Win>;
