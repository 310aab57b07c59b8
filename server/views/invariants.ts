import type { Context } from '../context.ts';
import { type Db, inOneSnapshot } from '../kit/database.ts';
import * as ledger from '../modules/ledger/index.ts';
import { MONEY_CHECKS } from './money-checks.ts';

export type Verification = { checked: string[]; violations: ledger.Violation[] };

/** The checks of one picture run side by side on this many connections. */
const LANES = 2;

/** Every invariant of ledger and shop, in one consistent picture of the database. */
export async function verifyMoney(db: Db, how: ledger.Thoroughness = 'full'): Promise<Verification> {
  const checks = [
    ...ledger.checks(how),
    ...Object.entries(MONEY_CHECKS).map(([name, query]) => ({
      names: [name],
      run: (tx: Db) => ledger.exceptions(tx, name, query),
    })),
  ];
  const found = await inOneSnapshot(
    db,
    LANES,
    checks.map(
      ({ run }) =>
        (tx) =>
          run(tx),
    ),
  );
  return { checked: checks.flatMap(({ names }) => names), violations: found.flat() };
}

/** Whether every stored file that a row names is there with the bytes that its name promises. */
export async function verifyMedia(context: Pick<Context, 'db' | 'media'>): Promise<Verification> {
  const rows = await context.db.selectFrom('generation.asset').select(['id', 'digest']).execute();
  const violations: ledger.Violation[] = [];
  for (const { id, digest } of rows) {
    if (!(await context.media.holds(digest)))
      violations.push({ invariant: 'each asset lies in the store', subject: id });
  }
  return { checked: ['each asset lies in the store'], violations };
}
