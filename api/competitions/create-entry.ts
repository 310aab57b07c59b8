import * as z from 'zod';
import { endpoint, Handle, Id, ONE_LINE, Slug } from '../base.ts';
import { may } from '../errors.ts';
import { CategoryKind, Entry } from './shapes.ts';

/** Enters something of one’s own; what was withdrawn stands again. Whoever else made it is asked. */
export const createEntry = endpoint
  .route({
    method: 'POST',
    path: '/competitions/{slug}/{kind}/entries',
    tags: ['Competitions'],
    summary: 'Enter a round',
  })
  .errors(
    may(
      'NOT_FOUND',
      'ROUND_NOT_OPEN',
      'NOT_ELIGIBLE',
      'ENTRIES_FULL',
      'ALREADY_ENTERED',
      'LOOKS_ALIKE',
      'SHARES_REFUSED',
      'WORDS_REFUSED',
      'PROMPT_REFUSED',
      'PROMPTS_REFUSED_TOO_OFTEN',
      'MODERATION_AWAY',
    ),
  )
  .input(
    z.strictObject({
      slug: Slug,
      kind: CategoryKind,
      subject_id: Id.meta({
        description: 'One’s own asset; in the contest of models the newest release of one’s own model.',
      }),
      title: z.string().trim().min(1).max(100).regex(ONE_LINE, 'must be one line'),
      with: z
        .array(z.strictObject({ handle: Handle, share_ppm: z.int().min(1).max(999_999) }))
        .max(7)
        .default([])
        .meta({
          description:
            'Who made it with the caller, and their part of a prize in millionths; the rest is the caller’s.',
        }),
    }),
  )
  .output(Entry);
