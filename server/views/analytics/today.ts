import type { InFlight, Today } from '#api/analytics/shapes.ts';
import type { Balances } from '#api/earnings/shapes.ts';
import type { AccountId } from '../../ids.ts';
import { earlier, startIn } from '../../kit/buckets.ts';
import type { Db } from '../../kit/database.ts';
import { micros, sum } from '../../kit/money.ts';
import * as earnings from '../../modules/earnings/index.ts';
import type * as generation from '../../modules/generation/index.ts';
import * as ledger from '../../modules/ledger/index.ts';
import { ownBalances } from '../own-accounts.ts';
import { earningPlaces, LEAVING } from './money.ts';
import type { Holdings } from './own-models.ts';
import { nextMinute } from './span.ts';

/** What ticks: everything of it is read from the ledger, but for how many generations there were. */
export type Purse = { today: Today; balances: Balances; total_micros: string };

export async function purseOf(db: Db, person_id: AccountId, zone: string, now: Date): Promise<Purse> {
  const from = startIn(now, zone, 'day');
  const to = nextMinute(now);
  const yesterday = earlier(from, zone, { days: 1 });
  const until = nextMinute(earlier(now, zone, { days: 1 }));
  // of a day that is longer than today the last hour is no part of it
  const edges = [yesterday, until < from ? until : from, from, to];
  const places = await earningPlaces(db, person_id);
  const [gains, lying, generations] = await Promise.all([
    ledger.gainedBetween(db, places, edges, LEAVING),
    ownBalances(db, places, null),
    earnings.countLines(db, person_id, from, to),
  ]);
  const lies = (account: Parameters<typeof lying.get>[0]) => micros(lying.get(account) ?? 0n);
  return {
    today: {
      from: from.toISOString(),
      amount_micros: micros(gains[2]?.gained ?? 0n),
      generations,
      yesterday_micros: micros(gains[0]?.gained ?? 0n),
    },
    balances: {
      vesting_micros: lies('vesting'),
      pending_micros: lies('pending'),
      available_micros: lies('available'),
      held_micros: lies('held'),
      reserved_micros: lies('reserved'),
      receivable_micros: lies('receivable'),
    },
    total_micros: micros(sum([...lying.values()])),
  };
}

export function inFlightOf(
  all: readonly generation.InFlight[],
  person_id: AccountId,
  nameOf: Holdings['nameOf'],
): InFlight {
  const mine = all.filter(({ creator_id }) => creator_id === person_id);
  const total = (what: 'queued' | 'running') => mine.reduce((before, row) => before + row[what], 0);
  return {
    queued: total('queued'),
    running: total('running'),
    models: mine
      .map(({ model_id, queued, running }) => ({ model: nameOf(model_id), queued, running }))
      .sort((a, b) => b.queued + b.running - a.queued - a.running || (a.model.slug < b.model.slug ? -1 : 1)),
  };
}
