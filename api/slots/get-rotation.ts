import * as z from 'zod';
import { endpoint, Instant, Modality, Slug } from '../base.ts';
import { may } from '../errors.ts';
import { Day } from './shapes.ts';
import { Surface } from './surfaces.ts';

/** Everything that the turns of a day follow from, for whoever wants to compute them. */
export const getRotation = endpoint
  .route({
    method: 'GET',
    path: '/featured/rotation/{day}',
    tags: ['Promotion'],
    summary: 'The rotation of a day',
  })
  .errors(may('NOT_FOUND'))
  .input(
    z.strictObject({
      day: Day,
      hour: z.coerce
        .number()
        .int()
        .min(0)
        .max(23)
        .default(0)
        .meta({ description: 'Whose turns: of this hour, UTC.' }),
    }),
  )
  .output(
    z.object({
      day: Day,
      digest: z.string().meta({ description: 'SHA-256 of the seed, public since the day before.' }),
      drawn_at: Instant,
      seed: z.string().nullable().meta({ description: 'null until the day begins.' }),
      share_ppm: z.int(),
      new_days: z.int(),
      kept: z.array(z.object({ surface: Surface, position: z.int() })),
      candidates: z.array(
        z.object({
          model_id: z.string(),
          slug: Slug.nullable(),
          title: z.string().nullable(),
          modality: Modality,
          impressions: z.int(),
          is_new: z.boolean(),
        }),
      ),
      entered: z
        .array(
          z.object({
            model_id: z.string(),
            slug: Slug.nullable(),
            title: z.string().nullable(),
            modality: Modality,
            impressions: z.int(),
          }),
        )
        .meta({
          description:
            'Models that were entered in competitions take turns in places of their own, by the same seed: these, with how often each was seen there before.',
        }),
      expected: z.record(Surface, z.int()).nullable().meta({
        description:
          'How often a place of each surface was seen within an hour of the seven days before; at least once.',
      }),
      turns: z
        .array(
          z.object({
            surface: Surface,
            position: z.int(),
            model_id: z.string(),
            kind: z.enum(['new_model_quota', 'rotation']),
          }),
        )
        .meta({ description: 'Whose turn it is in the hour that was asked for, before what is booked.' }),
    }),
  );
