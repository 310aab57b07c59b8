import * as z from 'zod';
import { endpoint, Id } from '../base.ts';
import { may } from '../errors.ts';
import { MediaFormat, Rendition, SIDES } from './shapes.ts';

/** Made once and kept: asking again is the same request and answers sooner. */
export const createRendition = endpoint
  .route({
    method: 'POST',
    path: '/assets/{id}/renditions',
    tags: ['Library'],
    summary: 'Have an asset in another format',
    description:
      'Waits up to two seconds for the file. If it is still being made then, ask again: each time you wait up to two seconds.',
  })
  .errors(may('NOT_FOUND', 'FORMAT_NOT_OFFERED', 'RENDITIONS_FULL', 'RENDITION_FAILED', 'STORAGE_FULL'))
  .input(
    z.strictObject({
      id: Id,
      format: MediaFormat,
      side_max: z
        .literal([...SIDES])
        .nullable()
        .default(null)
        .meta({ description: 'Pictures only: the longest side, in pixels. null: as large as the original.' }),
    }),
  )
  .output(Rendition);
