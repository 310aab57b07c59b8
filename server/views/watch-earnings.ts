import * as z from 'zod';
import type { EarningsEvent } from '#api/earnings/watch-earnings.ts';
import type { Context } from '../context.ts';
import { type AccountId, asId, type GenerationId } from '../ids.ts';
import { addressed } from '../kit/addressed.ts';
import { stream } from '../kit/stream.ts';
import { earningsOf, linesOfGeneration, totalsOf } from './earnings.ts';

const DAYS = 30;
/** More news than this at once is told as fresh totals instead of line by line. */
const LINES_AT_ONCE = 20;

const Settled = z.object({ generation_id: z.uuid(), lines: z.array(z.object({ person_id: z.uuid() })) });
const onSettled = addressed({
  'generation.settled': (payload) => {
    const { generation_id, lines } = Settled.parse(payload);
    return { to: lines.map(({ person_id }) => person_id), heard: asId<GenerationId>(generation_id) };
  },
});

/** Tells a creator each generation that earns, as it is settled, with the totals that it makes. */
export async function* watchEarnings(
  context: Context,
  person_id: AccountId,
  signal: AbortSignal | undefined,
): AsyncGenerator<z.infer<typeof EarningsEvent>, void> {
  let behind = 0;
  const heard = stream<GenerationId>(signal);
  const unhear = onSettled(context.live, person_id, (generation_id) => {
    behind += 1;
    heard.push(generation_id);
  });
  try {
    yield { type: 'earnings', earnings: await earningsOf(context, person_id, DAYS) };
    for await (const generation_id of heard.items()) {
      behind -= 1;
      if (behind > LINES_AT_ONCE) continue;
      if (behind === LINES_AT_ONCE) {
        yield { type: 'earnings', earnings: await earningsOf(context, person_id, DAYS) };
        continue;
      }
      const [lines, totals] = await Promise.all([
        linesOfGeneration(context, person_id, generation_id),
        totalsOf(context, person_id, context.clock.now()),
      ]);
      const { today, month, balances } = totals;
      for (const line of lines) yield { type: 'accrued', line, today, month, balances };
    }
  } finally {
    unhear();
  }
}
