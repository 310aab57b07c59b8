import * as z from 'zod';
import { Can, endpoint } from '../base.ts';
import { Booking, Day, Month, Quota } from './shapes.ts';
import { OpenSurface } from './surfaces.ts';

const Coverage = z.object({
  booked_ppm: z.int().meta({ description: 'Of the places that may be booked, times the days of the month.' }),
  open_place_days: z.int(),
  kept_ppm: z.int().meta({ description: 'The places kept for new models, of all.' }),
});

export const getCalendar = endpoint
  .route({
    method: 'GET',
    path: '/slots/calendar',
    tags: ['Promotion'],
    summary: 'A month of featured places',
  })
  .input(z.strictObject({ month: Month }))
  .output(
    z.object({
      month: Month,
      days: z.array(Day),
      surfaces: z.array(
        z.object({
          surface: OpenSurface,
          name: z.string(),
          positions: z.int(),
          kept: z.array(z.int()).meta({ description: 'Positions that are kept for new models all month.' }),
        }),
      ),
      bookings: z.array(Booking),
      coverage: Coverage,
      next_month: Coverage,
      quotas: z
        .array(Quota)
        .meta({ description: 'In force within the month, the first from its beginning.' }),
      last_quota: Quota.meta({ description: 'What is in force from its day on, with nothing after it.' }),
      new_models: z.int().meta({ description: 'How many take part in the rotation of today as new.' }),
      can: z.object({ set_quota: Can }),
    }),
  );
