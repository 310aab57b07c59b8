import * as z from 'zod';
import { Id, Instant, Micros } from '../base.ts';

export const OwnAccount = z.enum([
  'paid',
  'promo',
  'frozen',
  'vesting',
  'pending',
  'available',
  'held',
  'reserved',
  'receivable',
]);
export type OwnAccount = z.infer<typeof OwnAccount>;
/** Which page of lines, or which part of a paper. */
export const Place = z.coerce.number().int().min(1).max(1_000_000).default(1);
export const Month = z.string().regex(/^\d{4}-(0[1-9]|1[0-2])$/);

export const BalancesAt = z.object({
  at: Instant,
  accounts: z.array(z.object({ account: OwnAccount, amount_micros: Micros })),
});
export type BalancesAt = z.infer<typeof BalancesAt>;

const StatementAccount = z.object({
  account: OwnAccount,
  opening_micros: Micros,
  movements: z.array(z.object({ kind: z.string(), count: z.int(), amount_micros: Micros })),
  closing_micros: Micros,
});
export const StatementLine = z.object({
  at: Instant,
  account: OwnAccount,
  kind: z.string(),
  amount_micros: Micros,
  transaction_id: Id,
  generation_id: Id.nullable(),
  original_period: Month.nullable().meta({
    description: 'The month that this is about, where that is not the month of the statement.',
  }),
  what: z.string(),
});
export type StatementLine = z.infer<typeof StatementLine>;

export const StatementSummary = z.object({
  month: Month,
  sealed: z
    .object({ at: Instant, digest: z.string() })
    .nullable()
    .meta({ description: 'null: the month is open and still changes.' }),
});
export type StatementSummary = z.infer<typeof StatementSummary>;

export const Statement = z.object({
  statement_version: z.literal(1),
  person_id: Id,
  month: Month,
  from: Instant,
  to: Instant.meta({ description: 'The first instant after the month.' }),
  accounts: z.array(StatementAccount),
  lines: z
    .array(StatementLine)
    .meta({ description: 'In the order in which they were posted: those of one page.' }),
  lines_total: z.int(),
  page: z.int(),
  pages: z.int().meta({ description: 'Of lines; one at least.' }),
  pdf_parts: z.int().meta({ description: 'Papers that all lines take, each with what the one before left.' }),
  sealed: z
    .object({
      at: Instant,
      digest: z.string().meta({ description: 'sha256:<hex> of the canonical JSON (RFC 8785).' }),
      jws: z
        .string()
        .meta({ description: 'Names person, month and digest; keys at /.well-known/jwks.json.' }),
    })
    .nullable(),
});
export type Statement = z.infer<typeof Statement>;
