import * as z from 'zod';
import { Can, Id, Instant, Micros, PersonRef } from '../base.ts';
import { OwnAccount } from '../earnings/statement-shapes.ts';
import { GenerationState, ModelRef } from '../generation/shapes.ts';

const Reason = z.string().trim().min(1).max(300);
export { Reason };

/** A question about earnings, which lie aside until it is resolved. */
export const Case = z.object({
  id: Id,
  kind: z.enum(['review', 'dispute', 'claim']).meta({
    description:
      'A dispute is about the payment of a purchase; a claim about whose earnings they are, and ends as the claim ends.',
  }),
  claim_id: Id.nullable().meta({ description: 'The claim of rights whose case it is.' }),
  reason: z.string(),
  purchase_id: Id.nullable(),
  reference: z.string().nullable().meta({ description: 'The number of the dispute at whoever paid us.' }),
  generations: z.int(),
  about: z
    .array(z.object({ generation_id: Id, title: z.string() }))
    .meta({ description: 'The first of its generations; the subject of its id has more.' }),
  held_micros: Micros.meta({ description: 'What it held when it was opened.' }),
  nothing_held: z.string().nullable().meta({
    description:
      'Why it held nothing, if so: nothing of it was there to be held, and it is a case all the same.',
  }),
  opened_by: PersonRef,
  opened_at: Instant,
  resolution: z
    .object({
      outcome: z.enum(['cleared', 'forfeited', 'refunded', 'won', 'lost', 'upheld']),
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
  id: Id,
  generation_id: Id,
  paid_micros: Micros,
  promo_micros: Micros,
  reason: z.string(),
  refunded_at: Instant,
});
export type Refund = z.infer<typeof Refund>;

/** Why credits that somebody had spent do not count any more. */
export const ReversalCause = z.enum(['refund', 'chargeback', 'forfeit', 'lapse', 'claim']);

/** What no longer counts of one generation's charge, and why. */
export const Reversal = z.object({
  id: Id,
  cause: ReversalCause,
  at: Instant,
  generation_id: Id,
  model: ModelRef,
  payer: PersonRef,
  paid_micros: Micros.meta({ description: 'Of paid credits: back with the payer, or with whoever paid us.' }),
  promo_micros: Micros.meta({ description: 'Of promo credits: back with the payer, or with a budget.' }),
  taken_micros: Micros.meta({ description: 'What it took back of what people had earned.' }),
  reason: z.string(),
  case_id: Id.nullable(),
});
export type Reversal = z.infer<typeof Reversal>;

/** Where credits of a person, or of the house, can lie. */
export const Place = z.enum([
  'paid',
  'promo',
  'frozen',
  'vesting',
  'pending',
  'available',
  'held',
  'owed',
  'house',
  'budget',
  'sold',
]);
export type Place = z.infer<typeof Place>;

/** What an act would change, place by place. All changes together are zero: nothing appears and nothing is lost. */
export const Change = z.object({
  person: PersonRef.nullable().meta({ description: 'null: the house.' }),
  place: Place,
  amount_micros: Micros.meta({ description: 'Signed.' }),
});
export type Change = z.infer<typeof Change>;

/** An act that finance may do next, worked out as it would be done now. */
export const Outlook = z.object({
  act: z.enum([
    'refund',
    'open-case',
    'dispute',
    'approve',
    'clear',
    'refund-case',
    'forfeit',
    'win',
    'lose',
  ]),
  allowed: z.boolean(),
  refusal: z.string().nullable().meta({ description: 'The name with which the act would be refused.' }),
  why: z.string().nullable(),
  changes: z.array(Change).meta({ description: 'Empty where it would be refused, or would move nothing.' }),
});
export type Outlook = z.infer<typeof Outlook>;

/** What one generation earned one person, and where that is by now. The six amounts make up what was earned. */
const EarnerStanding = z.object({
  person: PersonRef,
  role: z.enum(['creator', 'collaborator', 'parent', 'claimant']),
  earned_micros: Micros,
  vesting_micros: Micros,
  pending_micros: Micros,
  available_micros: Micros,
  held_micros: Micros.meta({ description: 'By open cases.' }),
  gone_micros: Micros.meta({ description: 'Paid out, on its way out, or used up by what was owed.' }),
  reversed_micros: Micros.meta({ description: 'Taken back before.' }),
});

/** A generation as finance sees it. What was asked for and what came out stays the payer's own. */
export const GenerationFacts = z.object({
  id: Id,
  state: GenerationState,
  model: ModelRef,
  payer: PersonRef,
  created_at: Instant,
  charged_at: Instant.nullable(),
  quoted_micros: Micros,
  charged_micros: Micros.nullable(),
  funding: z.object({ paid_micros: Micros, promo_micros: Micros }),
  still_charged: z.object({ paid_micros: Micros, promo_micros: Micros }),
  available_from: z.iso
    .date()
    .nullable()
    .meta({ description: 'The UTC day on which what it earned from paid credits becomes available.' }),
  earners: z.array(EarnerStanding),
  reversals: z.array(Reversal),
  cases: z.array(Case),
});
export type GenerationFacts = z.infer<typeof GenerationFacts>;

const GenerationLink = z.object({
  id: Id,
  model: ModelRef,
  payer: PersonRef,
  charged_at: Instant.nullable(),
  charged_micros: Micros.nullable(),
  part_micros: Micros.meta({
    description: 'Of it: what the case holds, or what the purchase paid.',
  }).optional(),
});
export type GenerationLink = z.infer<typeof GenerationLink>;

export const PurchaseFacts = z.object({
  id: Id,
  at: Instant,
  buyer: PersonRef,
  paid_micros: Micros,
  promo_micros: Micros.meta({ description: 'The bonus that came with it.' }),
  price_micro_usd: Micros.meta({ description: 'Whole micro-dollars.' }),
  left_micros: Micros.meta({ description: 'Of the paid credits: neither spent nor frozen.' }),
  frozen_micros: Micros,
  spent_micros: Micros,
  generations_total: z.int(),
  generations: z.array(GenerationLink).meta({ description: 'Those that it paid for, at most 50.' }),
  dispute: Case.nullable(),
});
export type PurchaseFacts = z.infer<typeof PurchaseFacts>;

const acts = { acts: z.array(Outlook) };

/** What an id is, and what may be done about it. */
export const Subject = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('generation'), id: Id, generation: GenerationFacts, ...acts }),
  z.object({ kind: z.literal('refund'), id: Id, reversal: Reversal, generation: GenerationFacts, ...acts }),
  z.object({ kind: z.literal('purchase'), id: Id, purchase: PurchaseFacts, ...acts }),
  z.object({
    kind: z.literal('case'),
    id: Id,
    case: Case,
    generations: z.array(GenerationLink).meta({ description: 'At most 100.' }),
    reversals: z.array(Reversal).meta({ description: 'What it took back, at most 100.' }),
    ...acts,
  }),
  z.object({ kind: z.literal('adjustment'), id: Id, adjustment: Adjustment, ...acts }),
  z.object({
    kind: z.literal('person'),
    id: Id,
    person: PersonRef,
    balances: z.array(z.object({ account: OwnAccount, amount_micros: Micros })),
    generations: z.array(GenerationLink).meta({ description: 'The last ten that they were charged for.' }),
    purchases: z
      .array(z.object({ id: Id, at: Instant, paid_micros: Micros }))
      .meta({ description: 'The last ten.' }),
    can: z.object({ adjust: Can }),
    ...acts,
  }),
]);
export type Subject = z.infer<typeof Subject>;

/** What a case about some generations would hold, before it is opened. */
export const CasePreview = z.object({
  outlook: Outlook,
  held_micros: Micros,
  nothing_held: z.string().nullable(),
  generations: z
    .array(GenerationLink)
    .meta({ description: 'Those that were charged, in the order asked for.' }),
  not_charged: z.array(Id),
});
export type CasePreview = z.infer<typeof CasePreview>;
