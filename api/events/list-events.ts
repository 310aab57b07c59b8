import * as z from 'zod';
import { Can, endpoint, Handle, Instant } from '../base.ts';
import { may } from '../errors.ts';
import { Event, EventKind } from './shapes.ts';

/** Events some of which lies in [from, until), in the order of their beginning; at most a year, and 300 of them. */
export const listEvents = endpoint
  .route({ method: 'GET', path: '/events', tags: ['Events'], summary: 'List events' })
  .errors(may('NOT_FOUND'))
  .input(
    z.strictObject({
      from: Instant.optional().meta({ description: 'Now, where it is left out.' }),
      until: Instant.optional().meta({ description: '90 days later, where it is left out.' }),
      creator: Handle.optional(),
      kind: EventKind.optional(),
      mine: z
        .stringbool()
        .optional()
        .meta({ description: 'Those that you host or asked to be reminded of.' }),
    }),
  )
  .output(
    z.object({
      items: z.array(Event),
      more: z.boolean().meta({ description: 'Whether there are more than are shown.' }),
      can: z.object({ announce: Can }),
    }),
  );
