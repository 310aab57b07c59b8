import * as z from 'zod';
import { endpoint, Handle, Slug } from '../base.ts';
import { may } from '../errors.ts';
import { Judge } from './results-shapes.ts';
import { CategoryKind } from './shapes.ts';

/** Somebody with the role of a judge is asked to judge one category. After the final has begun that is an emergency judge, and only where too few are left; once the results are out also only where somebody else has opened a case about the category. */
export const createJudge = endpoint
  .route({
    method: 'POST',
    path: '/competitions/{slug}/judges',
    tags: ['Competitions'],
    summary: 'Invite a judge',
  })
  .errors(
    may(
      'NOT_FOUND',
      'NOT_NOW',
      'JUDGE_UNKNOWN',
      'JUDGE_ASKED_ALREADY',
      'JUDGE_CONFLICT',
      'SECOND_PERSON_NEEDED',
      'OWN_INTEREST',
    ),
  )
  .input(z.strictObject({ slug: Slug, kind: CategoryKind, handle: Handle }))
  .output(Judge);
