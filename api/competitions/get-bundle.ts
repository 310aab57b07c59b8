import * as z from 'zod';
import { endpoint, Slug } from '../base.ts';
import { may } from '../errors.ts';
import { CategoryKind } from './shapes.ts';

/**
 * Everything a category was counted from, and what came out, for ever: `recount` of `@stellary/judging` finds the same
 * winners and the digest in it.
 */
export const getBundle = endpoint
  .route({
    method: 'GET',
    path: '/competitions/{slug}/bundles/{kind}',
    tags: ['Competitions'],
    summary: 'Download the bundle of a category',
  })
  .errors(may('NOT_FOUND'))
  .input(z.object({ slug: Slug, kind: CategoryKind, version: z.coerce.number().int().min(1).optional() }))
  .output(z.file());
