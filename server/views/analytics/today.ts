import type { InFlight, Today } from '#api/analytics/shapes.ts';
import type { Balances } from '#api/earnings/shapes.ts';
import type { AccountId } from '../../ids.ts';
import { earlier, startIn } from '../../kit/buckets.ts';
import { present } from '../../kit/assert.ts';
import type { Db } from '../../kit/database.ts';
import { micros, sum } from '../../kit/money.ts';
import * as earnings from '../../modules/earnings/index.ts';
import type * as generation from '../../modules/generation/index.ts';
import * as ledger from '../../modules/ledger/index.ts';
import { balancesOfEach, type OwnPlaces } from '../own-accounts.ts';
import { earningPlacesOf, LEAVING } from './money.ts';
import type { Holdings } from './own-models.ts';
import { nextMinute } from './span.ts';

/** What ticks: everything of it is read from the ledger, but for how many generations there were. */
export type Purse = { today: Today; balances: Balances; total_micros: string };

export async function purseOf(db: Db, person_id: AccountId, zone: string, now: Date): Promise<Purse> {
  const [purse] = await pursesOf(db, [{ person_id, zone }], now);
  return present(purse, 'the purse of who was asked for');
}

/** The same of many people, each in their own zone: no more queries than there are zones, however many people there are. */
export async function pursesOf(
  db: Db,
  asked: readonly { person_id: AccountId; zone: string }[],
  now: Date,
): Promise<Purse[]> {
  const people = [...new Set(asked.map(({ person_id }) => person_id))];
  const all = await earningPlacesOf(db, people);
  const zones = [...new Set(asked.map(({ zone }) => zone))];
  const [lying, ...todays] = await Promise.all([
    balancesOfEach(db, all, null),
    ...zones.map((zone) => todayOfEach(db, people, all, zone, now)),
  ]);
  return asked.map(({ person_id, zone }) => {
    const place = people.indexOf(person_id);
    const balances = present(lying[place], 'what lies with somebody');
    const lies = (account: Parameters<typeof balances.get>[0]) => micros(balances.get(account) ?? 0n);
    return {
      today: present(todays[zones.indexOf(zone)]?.[place], 'what today brought somebody'),
      balances: {
        vesting_micros: lies('vesting'),
        pending_micros: lies('pending'),
        available_micros: lies('available'),
        held_micros: lies('held'),
        reserved_micros: lies('reserved'),
        receivable_micros: lies('receivable'),
      },
      total_micros: micros(sum([...balances.values()])),
    };
  });
}

async function todayOfEach(
  db: Db,
  people: readonly AccountId[],
  places: readonly OwnPlaces[],
  zone: string,
  now: Date,
): Promise<Today[]> {
  const from = startIn(now, zone, 'day');
  const to = nextMinute(now);
  const yesterday = earlier(from, zone, { days: 1 });
  const until = nextMinute(earlier(now, zone, { days: 1 }));
  // of a day that is longer than today the last hour is no part of it
  const edges = [yesterday, until < from ? until : from, from, to];
  const [gains, generations] = await Promise.all([
    ledger.gainedByEach(db, places, edges, LEAVING),
    earnings.countLinesOf(db, people, from, to),
  ]);
  return people.map((person_id, place) => ({
    from: from.toISOString(),
    amount_micros: micros(gains[place]?.[2]?.gained ?? 0n),
    generations: generations.get(person_id) ?? 0,
    yesterday_micros: micros(gains[place]?.[0]?.gained ?? 0n),
  }));
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
