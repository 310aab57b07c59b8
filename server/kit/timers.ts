import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import type { Database, Db, Tx } from './database.ts';

export type Timer = { id: string; kind: string; subject_id: string; due_at: Date };

/** Sets a timer for a subject; one of this kind that runs or rests already is set anew. */
export async function setTimer(
  tx: Tx,
  { kind, subject_id, due_at, at }: { kind: string; subject_id: string; due_at: Date; at: Date },
): Promise<void> {
  await dropTimer(tx, { kind, subject_id, at });
  await tx
    .insertInto('kit.timer')
    .values({ id: uuidv7({ msecs: at.getTime() }), kind, subject_id, due_at, set_at: at })
    .execute();
}

/** What it waited for has happened. Nothing to do where none runs. */
export async function dropTimer(
  tx: Tx,
  { kind, subject_id, at }: { kind: string; subject_id: string; at: Date },
): Promise<void> {
  await open(tx, kind, subject_id).set({ dropped_at: at }).execute();
}

/** Stops the clock: what is left of the time stays. */
export async function pauseTimer(
  tx: Tx,
  { kind, subject_id, at }: { kind: string; subject_id: string; at: Date },
): Promise<void> {
  await open(tx, kind, subject_id)
    .set({
      due_at: null,
      left_ms: sql`greatest(0, extract(epoch from due_at - ${at}::timestamptz) * 1000)::int8`,
    })
    .where('due_at', 'is not', null)
    .execute();
}

/** Lets the clock run on with what was left. */
export async function resumeTimer(
  tx: Tx,
  { kind, subject_id, at }: { kind: string; subject_id: string; at: Date },
): Promise<void> {
  await open(tx, kind, subject_id)
    .set({ due_at: sql`${at}::timestamptz + left_ms * interval '1 millisecond'`, left_ms: null })
    .where('left_ms', 'is not', null)
    .execute();
}

/** The timers of a subject that run or rest. */
export async function timersOf(db: Db, subject_id: string) {
  return db
    .selectFrom('kit.timer')
    .select(['kind', 'due_at', 'left_ms'])
    .where('subject_id', '=', subject_id)
    .where('fired_at', 'is', null)
    .where('dropped_at', 'is', null)
    .orderBy('kind')
    .execute();
}

const open = (tx: Tx, kind: string, subject_id: string) =>
  tx
    .updateTable('kit.timer')
    .where('kind', '=', kind)
    .where('subject_id', '=', subject_id)
    .where('fired_at', 'is', null)
    .where('dropped_at', 'is', null);

type Acts = Record<string, (tx: Tx, timer: Timer) => Promise<void>>;

/** How many due timers are looked up at a time. */
const BATCH = 100;

/**
 * Fires every timer of these kinds that is due, the one due first before the others: what it does and that it fired are
 * one transaction, so it happens once, whoever else is firing. One whose act fails changes nothing, stays due for the
 * next time and holds up nobody: `onTrouble` is told. Answers how many fired.
 */
export async function fireDue(
  database: Database,
  at: Date,
  acts: Acts,
  onTrouble: (timer: Timer, trouble: unknown) => void,
): Promise<number> {
  let fired = 0;
  let after: Timer | undefined;
  for (;;) {
    const due = await dueAfter(database.db, Object.keys(acts), at, after);
    for (const timer of due) {
      await fire(database, timer, at, acts).then(
        (done) => (fired += Number(done)),
        (trouble: unknown) => onTrouble(timer, trouble),
      );
    }
    after = due.at(-1);
    if (due.length < BATCH) return fired;
  }
}

async function dueAfter(db: Db, kinds: readonly string[], at: Date, after: Timer | undefined) {
  const { rows } = await sql<Timer>`
    select id, kind, subject_id, due_at from kit.timer
    where fired_at is null and dropped_at is null and due_at <= ${at} and kind = any(${kinds})
      ${after ? sql`and (due_at, id) > (${after.due_at}::timestamptz, ${after.id}::uuid)` : sql``}
    order by due_at, id limit ${BATCH}`.execute(db);
  return rows;
}

/** Fires one timer, unless somebody else has it, or it was dropped, paused or set anew since. */
function fire({ inTransaction }: Database, { id }: Timer, at: Date, acts: Acts): Promise<boolean> {
  return inTransaction(async (tx) => {
    const { rows } = await sql<Timer>`
      select id, kind, subject_id, due_at from kit.timer
      where id = ${id} and fired_at is null and dropped_at is null and due_at <= ${at}
      for update skip locked`.execute(tx);
    const timer = rows[0];
    if (!timer) return false;
    // first that it fired: what it does may set a new one of its kind
    await tx.updateTable('kit.timer').set({ fired_at: at }).where('id', '=', timer.id).execute();
    await acts[timer.kind]?.(tx, timer);
    return true;
  });
}
