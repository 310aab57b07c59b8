import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, rm } from 'node:fs/promises';
import path from 'node:path';
import { availableEarnings, paidCredits, promoCredits } from '../chart-of-accounts.ts';
import type { Context } from '../context.ts';
import type { AccountId } from '../ids.ts';
import { present } from '../kit/assert.ts';
import { onePer } from '../kit/batcher.ts';
import { dayOf } from '../kit/clock.ts';
import { type Db, inOneSnapshot } from '../kit/database.ts';
import { type Personal, rowsOf } from '../kit/personal.ts';
import { createSeats, type Seats } from '../kit/seats.ts';
import { readableOf } from '../kit/stream.ts';
import * as analytics from '../modules/analytics/index.ts';
import * as campaigns from '../modules/campaigns/index.ts';
import * as competitions from '../modules/competitions/index.ts';
import * as earnings from '../modules/earnings/index.ts';
import * as generation from '../modules/generation/index.ts';
import * as identity from '../modules/identity/index.ts';
import * as ledger from '../modules/ledger/index.ts';
import * as marketplace from '../modules/marketplace/index.ts';
import * as moderation from '../modules/moderation/index.ts';
import * as program from '../modules/program/index.ts';
import * as registry from '../modules/registry/index.ts';
import * as rewards from '../modules/rewards/index.ts';
import { refuse } from '../refuse.ts';

/** What each module holds of a person, the oldest part of the house first. */
export const PERSONAL: readonly Personal[] = [
  ...identity.personal,
  ...moderation.personal,
  ...registry.personal,
  ...program.personal,
  ...marketplace.personal,
  ...generation.personal,
  ...earnings.personal,
  ...analytics.personal,
  ...competitions.personal,
  ...campaigns.personal,
  ...rewards.personal,
];

const seats = onePer<Context, Seats>(() => createSeats({ each: 1, all: 4 }));

/**
 * Everything that is held of somebody as one JSON document. It is one picture of the database, gathered into a file of
 * this process first: a slow reader must not hold a connection.
 */
export async function ownData(
  context: Context,
  account_id: AccountId,
): Promise<{ name: string; body: ReadableStream<Uint8Array> }> {
  const { db, clock, config } = context;
  const leave = seats(context).take({ name: account_id }) ?? refuse('ARCHIVES_FULL', { retry_after_s: 10 });
  const file = path.join(config.data_dir, 'scratch', `own-data-${randomUUID()}.json`);
  const done = () => {
    leave();
    rm(file, { force: true }).catch((trouble: unknown) =>
      context.log.warn({ err: trouble }, 'a gathered file was not removed'),
    );
  };
  try {
    await inOneSnapshot(db, 1, [(tx) => gather(tx, file, account_id, clock.now())]);
    const account = present(await identity.accountById(db, account_id), 'the account of the caller');
    const name = `${account.handle}-${dayOf(clock.now())}.json`;
    return { name, body: readableOf(piecesOf(file), done) };
  } catch (trouble) {
    done();
    throw trouble;
  }
}

async function* piecesOf(file: string): AsyncGenerator<Uint8Array> {
  for await (const piece of createReadStream(file)) yield piece;
}

async function gather(db: Db, file: string, account_id: AccountId, at: Date): Promise<void> {
  const out = await open(file, 'w', 0o600);
  try {
    await out.write(`{"made_at":${JSON.stringify(at.toISOString())},"tables":{`);
    let last = '';
    for await (const { table, rows } of allOf(db, account_id)) {
      const lines = rows.map((row) => JSON.stringify(row)).join(',\n');
      if (table === last) await out.write(`,\n${lines}`);
      else await out.write(`${last ? '],\n' : '\n'}${JSON.stringify(table)}:[\n${lines}`);
      last = table;
    }
    await out.write(`${last ? ']' : ''}}}\n`);
  } finally {
    await out.close();
  }
}

async function* allOf(db: Db, account_id: AccountId): AsyncGenerator<{ table: string; rows: unknown[] }> {
  yield* rowsOf(db, PERSONAL, account_id);
  const letters = await identity.lettersTo(db, account_id);
  if (letters.length > 0) yield { table: 'identity.mail', rows: letters };
  yield* movementsOf(db, account_id);
}

const MOVEMENTS_AT_ONCE = 5_000;

/** What the books have of their credits, the newest first; what they earned stands in the lines. */
async function* movementsOf(
  db: Db,
  account_id: AccountId,
): AsyncGenerator<{ table: string; rows: unknown[] }> {
  const keys = [paidCredits, promoCredits, availableEarnings].map((account) => account(account_id).key);
  let before: { at: string; id: string } | null = null;
  for (;;) {
    const entries: Awaited<ReturnType<typeof ledger.statement>> = await ledger.statement(db, keys, {
      kinds: null,
      before,
      limit: MOVEMENTS_AT_ONCE,
    });
    const last = entries.at(-1);
    if (last)
      yield {
        table: 'ledger.entries',
        rows: entries.map((entry) => ({ ...entry, amount: String(entry.amount) })),
      };
    if (!last || entries.length < MOVEMENTS_AT_ONCE) return;
    before = { at: last.at.toISOString(), id: last.entry };
  }
}
