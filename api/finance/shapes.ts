import * as z from 'zod';
import { Can, Id, Instant, Micros, PersonRef } from '../base.ts';

const Reason = z.string().trim().min(1).max(300);
export { Reason };

/** A question about earnings, which lie aside until it is resolved. */
export const Case = z.object({
  id: Id,
  kind: z.enum(['review', 'dispute']).meta({ description: 'A dispute is about the payment of a purchase.' }),
  reason: z.string(),
  purchase_id: Id.nullable(),
  reference: z.string().nullable().meta({ description: 'The number of the dispute at whoever paid us.' }),
  generations: z.int(),
  held_micros: Micros.meta({ description: 'What it held when it was opened.' }),
  opened_by: PersonRef,
  opened_at: Instant,
  resolution: z
    .object({
      outcome: z.enum(['cleared', 'forfeited', 'refunded', 'won', 'lost']),
      note: z.string(),
      resolved_by: PersonRef,
      resolved_at: Instant,
    })
    .nullable(),
  can: z.object({ resolve: Can, take: Can.meta({ description: 'Resolve it against the creators.' }) }),
});
export type Case = z.infer<typeof Case>;

export const AdjustmentReason = z.enum(['correction', 'goodwill', 'settlement', 'write-off']);

/** A correction of what a creator has, proposed by one person and approved by another. */
export const Adjustment = z.object({
  id: Id,
  person: PersonRef,
  direction: z.enum(['give', 'take']),
  amount_micros: Micros,
  reason: AdjustmentReason,
  memo: z.string(),
  proposed_by: PersonRef,
  proposed_at: Instant,
  approval: z.object({ approved_by: PersonRef, approved_at: Instant }).nullable(),
  can: z.object({ approve: Can }),
});
export type Adjustment = z.infer<typeof Adjustment>;

/** What a refund gave back to the payer. */
export const Refund = z.object({
  generation_id: Id,
  paid_micros: Micros,
  promo_micros: Micros,
  reason: z.string(),
  refunded_at: Instant,
});
export type Refund = z.infer<typeof Refund>;
