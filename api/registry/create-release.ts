import * as z from 'zod';
import { endpoint, Slug } from '../base.ts';
import { may } from '../errors.ts';
import { ReleaseInput } from './release-input.ts';
import { ModelPage } from './shapes.ts';

/** Adds a release to a model; from then on it is the one in use. */
export const createRelease = endpoint
  .route({
    method: 'POST',
    path: '/models/{slug}/releases',
    tags: ['Models'],
    summary: 'Publish a release of a model',
  })
  .errors(
    may(
      'NOT_FOUND',
      'VERSION_TAKEN',
      'MODEL_FILE_UNKNOWN',
      'BINDING_REFUSED',
      'INPUT_SCHEMA_REFUSED',
      'METERING_REFUSED',
      'TRIAL_FAILED',
      'NOT_PRICED',
      'STORAGE_FULL',
    ),
  )
  .input(z.strictObject({ slug: Slug, ...ReleaseInput.shape }))
  .output(ModelPage);
