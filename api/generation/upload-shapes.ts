import * as z from 'zod';
import { Id, Instant } from '../base.ts';
import { MediaFile, Picture } from './shapes.ts';

/** A picture that its owner brought to generate from; nobody else is shown it. */
export const Upload = MediaFile.extend({
  id: Id.meta({ description: 'What a field of an input that takes a picture is given.' }),
  width: z.int(),
  height: z.int(),
  thumbnail: Picture,
  thumbhash: z.string().meta({ description: 'ThumbHash, base64.' }),
  created_at: Instant,
  kept_until: Instant.meta({ description: 'When it is forgotten, unless it is used again before.' }),
});
export type Upload = z.infer<typeof Upload>;
