import type { Context } from '../context.ts';
import type { AccountId } from '../ids.ts';
import { monthOf, nextMonth } from '../kit/months.ts';
import * as earnings from '../modules/earnings/index.ts';
import * as ledger from '../modules/ledger/index.ts';
import { personsMoved, spanOfMonth, statementBody } from '../views/statement.ts';
import { isOfCreator, tellOfStatements } from './statement-letters.ts';

/** So many statements are written at once; who is interrupted goes on after the last of them. */
const STATEMENTS_AT_ONCE = 50;

/**
 * Seals the statements of the earliest month that is over and not sealed: of everybody on whose accounts anything
 * moved, and tells those who earned. A month is over when its last day is closed; from then on nothing can be added to
 * it, so it does not matter when this runs, how often, or on how many machines. Answers whether a month was sealed.
 */
export async function sealStatements(context: Context): Promise<boolean> {
  const { database } = context;
  const last = await earnings.lastSealedMonth(database.db);
  const first = last ? null : await ledger.firstPosted(database.db);
  const month = last ? nextMonth(last.month) : first && monthOf(first);
  if (!month || !(await spanOfMonth(database.db, month)).closed) return false;

  return database.inTransaction(async (turn) => {
    if (!(await earnings.maySeal(turn))) return false;
    // another may have sealed it between our look and our turn
    if (await earnings.sealedMonth(turn, month)) return true;
    const { span, batch } = await spanOfMonth(turn, month);
    const persons = await personsMoved(turn, span);
    const stated = await earnings.statedPersons(turn, month);
    const waiting = persons.filter((person) => !stated.has(person));
    for (let from = 0; from < waiting.length; from += STATEMENTS_AT_ONCE)
      await sealSome(context, month, span, waiting.slice(from, from + STATEMENTS_AT_ONCE));
    await earnings.insertSealedMonth(turn, {
      month,
      batch,
      persons: persons.length,
      sealed_at: context.clock.now(),
    });
    return true;
  });
}

function sealSome(
  context: Context,
  month: string,
  span: ledger.Span,
  persons: readonly AccountId[],
): Promise<void> {
  const { database, signer, clock } = context;
  return database.inTransaction(async (tx) => {
    const creators: AccountId[] = [];
    for (const person_id of persons) {
      const body = await statementBody(tx, person_id, month, span);
      const { canonical, digest } = earnings.sealStatement(body);
      const sealed_at = clock.now();
      const claim = { statement: digest, person_id, month, sealed_at: sealed_at.toISOString() };
      const jws = await signer.sign(claim, earnings.STATEMENT_TYPE);
      const statement = { person_id, month, canonical, digest, jws, sealed_at };
      if ((await earnings.insertStatement(tx, statement)) && isOfCreator(body)) creators.push(person_id);
    }
    await tellOfStatements(tx, context, month, creators, clock.now());
  });
}
