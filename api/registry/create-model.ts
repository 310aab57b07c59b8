import * as z from 'zod';
import { endpoint, Handle, Modality, ONE_LINE, Slug } from '../base.ts';
import { may } from '../errors.ts';
import { ReleaseInput } from './release-input.ts';
import { RELEASE_REFUSALS } from './release-refusals.ts';
import { ModelPage } from './shapes.ts';

/** Puts somebody's model before the public. One of kind `onnx` is run once first, and what it made is its sample. */
export const createModel = endpoint
  .route({ method: 'POST', path: '/models', tags: ['Models'], summary: 'Publish a model' })
  .errors(may('SLUG_TAKEN', 'CREATOR_UNKNOWN', 'STANDING_REFUSED', ...RELEASE_REFUSALS))
  .input(
    z.strictObject({
      slug: Slug,
      title: z.string().trim().min(1).max(60).regex(ONE_LINE, 'must be one line'),
      modality: Modality,
      summary: z.string().trim().min(1).max(300),
      card: z.string().trim().min(1).max(20_000).meta({ description: 'Markdown.' }),
      creator: Handle.meta({ description: 'Whose model it is: somebody with the role of a creator.' }),
      share_ppm: z
        .int()
        .min(0)
        .max(1_000_000)
        .default(700_000)
        .meta({ description: "The creator's share of a charge, in millionths." }),
      release: ReleaseInput,
    }),
  )
  .output(ModelPage);
