import * as z from 'zod';
import { endpoint, PersonRef, Slug } from '../base.ts';
import { may } from '../errors.ts';
import { JudgeConflict, JudgesOfCategory, Now } from './results-shapes.ts';
import { CategoryKind } from './shapes.ts';

/** The panels of a round, and who else could be asked. */
export const listJudges = endpoint
  .route({
    method: 'GET',
    path: '/competitions/{slug}/judges',
    tags: ['Competitions'],
    summary: 'List judges',
  })
  .errors(may('NOT_FOUND'))
  .input(z.object({ slug: Slug }))
  .output(
    z.object({
      now: Now,
      categories: z.array(JudgesOfCategory),
      candidates: z.array(
        z.object({
          person: PersonRef,
          conflicts: z.array(z.object({ kind: CategoryKind, conflict: JudgeConflict })),
        }),
      ),
    }),
  );
