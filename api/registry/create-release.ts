import * as z from 'zod';
import { endpoint, Slug } from '../base.ts';
import { may } from '../errors.ts';
import { ReleaseInput } from './release-input.ts';
import { RELEASE_REFUSALS } from './release-refusals.ts';
import { ModelPage } from './shapes.ts';

/**
 * Adds a release to a model; from then on it is the one in use. A creator adds to their own, of their own files, run
 * and priced as the release before it. Royalties to the models that it was made from go on.
 */
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
      'STANDING_REFUSED',
      'LICENCE_CONFLICT',
      'WITHDRAWN_BY_ADMIN',
      ...RELEASE_REFUSALS,
    ),
  )
  .input(z.strictObject({ slug: Slug, ...ReleaseInput.shape }))
  .output(ModelPage);
