import * as z from 'zod';
import { endpoint, Id, Instant, page, paged, PersonRef } from '../base.ts';
import { ModelName } from './shapes.ts';
import { BookedKind, OpenSurface } from './surfaces.ts';

export const SlotChange = z.object({
  id: Id,
  act: z.enum(['book', 'move', 'end', 'clear']),
  by: PersonRef.nullable(),
  at: Instant,
  surface: OpenSurface,
  position: z.int(),
  from: Instant,
  until: Instant,
  kind: BookedKind,
  reason: z.string(),
  model: ModelName.nullable(),
});

export const listSlotChanges = endpoint
  .route({
    method: 'GET',
    path: '/slots/changes',
    tags: ['Promotion'],
    summary: 'What editors did, newest first',
  })
  .input(z.strictObject({ ...paged(20) }))
  .output(page(SlotChange));
