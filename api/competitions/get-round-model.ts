import * as z from 'zod';
import { endpoint, Instant, Slug } from '../base.ts';
import { may } from '../errors.ts';
import { ModelCard, Sample } from '../registry/shapes.ts';
import { Now, RoundName, ShownWork } from './results-shapes.ts';
import { CategoryKind, RoundState } from './shapes.ts';

/** How it stands nobody is told before the results are out; what was made with it for the round neither. */
export const getRoundModel = endpoint
  .route({
    method: 'GET',
    path: '/competitions/{slug}/participants/{model}',
    tags: ['Competitions'],
    summary: 'A model that its creator entered in a round',
  })
  .errors(may('NOT_FOUND', 'NOT_PRICED'))
  .input(z.strictObject({ slug: Slug, model: Slug }))
  .output(
    z.object({
      now: Now,
      round: RoundName.extend({ state: RoundState }),
      model: ModelCard,
      description: z
        .string()
        .meta({ description: 'What its creator says of it. Markdown, without raw HTML.' }),
      version: z.string().meta({ description: 'The release that was entered.' }),
      entered_at: Instant,
      samples: z.array(Sample),
      standing: z
        .object({ place: z.int().nullable(), shared: z.boolean(), finalist: z.boolean() })
        .nullable()
        .meta({ description: 'null: the results are not out.' }),
      works: z
        .array(z.object({ kind: CategoryKind, place: z.int().nullable(), work: ShownWork }))
        .meta({ description: 'Made with it, and in the final of the round; those that won first.' }),
    }),
  );
