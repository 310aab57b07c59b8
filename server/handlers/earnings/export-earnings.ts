import { csvOf } from '../../kit/csv.ts';
import * as earnings from '../../modules/earnings/index.ts';
import { member, os } from '../base.ts';

export const exportEarnings = os.earnings.exportEarnings.handler(
  async ({ input, context: { context, caller } }) => {
    const from = new Date(`${input.month}-01T00:00:00Z`);
    const to = new Date(Date.UTC(from.getUTCFullYear(), from.getUTCMonth() + 1, 1));
    const lines = await earnings.linesBetween(context.db, member(caller), from, to);
    const csv = csvOf(
      [
        'settled_at',
        'generation_id',
        'model_id',
        'price_micros',
        'amount_micros',
        'pending_micros',
        'vesting_micros',
        'reversed_micros',
      ],
      lines.map((line) => [
        line.settled_at.toISOString(),
        line.generation_id,
        line.model_id,
        line.price_micros,
        line.amount_micros,
        line.pending_micros,
        line.vesting_micros,
        line.reversed_micros,
      ]),
    );
    return new File([csv], `earnings-${input.month}.csv`, { type: 'text/csv; charset=utf-8' });
  },
);
