import * as z from 'zod';
import { endpoint, Id, Instant } from '../base.ts';
import { may } from '../errors.ts';
import { Release } from './shapes.ts';

/** Announces the end of a release, thirty days ahead or more. Until then it runs as before. */
export const createDeprecation = endpoint
  .route({
    method: 'POST',
    path: '/releases/{id}/deprecation',
    tags: ['Models'],
    summary: 'Announce the end of a release',
  })
  .errors(may('NOT_FOUND', 'RELEASE_WITHDRAWN', 'RELEASE_DEPRECATED', 'NOTICE_TOO_SHORT'))
  .input(z.strictObject({ id: Id, ends_at: Instant, reason: z.string().trim().min(1).max(300) }))
  .output(Release);
