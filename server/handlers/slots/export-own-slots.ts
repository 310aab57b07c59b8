import { csvOf } from '../../kit/csv.ts';
import { ownSlotDays } from '../../views/own-slots.ts';
import { member, os } from '../base.ts';

export const exportOwnSlots = os.slots.exportOwnSlots.handler(
  async ({ input, context: { context, caller } }) => {
    const rows = await ownSlotDays(context, member(caller), input.month);
    const csv = csvOf(
      [
        ...['day', 'surface', 'position', 'kind', 'why', 'model'],
        ...['impressions', 'visits', 'generations', 'earned_micros'],
      ],
      rows.map((row) => [
        ...[row.day, row.surface, row.position, row.kind, row.why, row.model?.slug ?? ''],
        ...[row.impressions, row.visits, row.generations, row.earned_micros],
      ]),
    );
    return new File([csv], `promotion-${input.month}.csv`, { type: 'text/csv; charset=utf-8' });
  },
);
