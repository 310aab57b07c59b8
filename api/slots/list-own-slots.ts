import * as z from 'zod';
import { endpoint, Id, Micros } from '../base.ts';
import { Because, Counts, Day, ModelName, Month } from './shapes.ts';
import { SlotKind, Surface } from './surfaces.ts';

const Funnel = Counts.extend({ earned_micros: Micros });

/** One place for one reason on one day, and what came of it. */
export const SlotDay = Funnel.extend({
  day: Day,
  surface: Surface,
  surface_name: z.string(),
  position: z.int(),
  kind: SlotKind,
  label: z.string(),
  why: z.string(),
  because: Because,
  campaign_id: Id.nullable(),
  model: ModelName.nullable(),
});

/** Where the caller's models stood in a month, and why: seen, opened, generated with, earned. */
export const listOwnSlots = endpoint
  .route({
    method: 'GET',
    path: '/slots/own',
    tags: ['Promotion'],
    summary: 'What featured places brought you',
  })
  .input(z.strictObject({ month: Month }))
  .output(
    z.object({
      month: Month,
      months: z.array(Month).meta({ description: 'Those that have something, the newest first.' }),
      total: Funnel,
      days: z.array(SlotDay),
      whole: z
        .boolean()
        .meta({ description: 'false: there are more rows than are shown; the export has all.' }),
      booked: z
        .array(
          z.object({
            surface: Surface,
            surface_name: z.string(),
            from: z.string(),
            until: z.string(),
            kind: SlotKind,
            label: z.string(),
            why: z.string(),
            because: Because,
            model: ModelName,
          }),
        )
        .meta({ description: 'What is booked for the caller’s models from now on.' }),
    }),
  );
