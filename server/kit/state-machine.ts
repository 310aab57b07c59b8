import { sql } from 'kysely';
import { assert } from './assert.ts';
import { audit } from './audit.ts';
import type { Db, Tx } from './database.ts';
import { tell } from './outbox.ts';

/**
 * States and the acts that lead from one to another, declared once as data: what may be done, by whom, on which
 * conditions, with which consequences. The product takes its steps by it (`takeStep`), the pages say by it what may be
 * done now (`actsFrom`), and the documentation is made from it.
 */
export type Machine<State extends string = string, Act extends string = string> = {
  name: string;
  /** Schema and name of the table whose rows have `id`, `state` and `version`. */
  table: string;
  /** What each state means, in words. */
  states: Record<State, string>;
  begins: State;
  acts: Record<Act, Step<State>>;
};

export type Step<State extends string> = {
  from: readonly State[];
  to: State;
  /** In which capacity somebody may do this. */
  who: readonly string[];
  /** What must hold besides, each with the name of its refusal. */
  guards?: readonly string[];
  /** What follows, in the same transaction or by the news of it. */
  effects?: readonly string[];
};

/** Declares a machine; what does not fit together is found when the program starts. */
export function declare<State extends string, Act extends string>(
  machine: Machine<State, Act>,
): Machine<State, Act> {
  for (const [act, { from, to, who }] of Object.entries<Step<State>>(machine.acts)) {
    assert(from.length > 0 && who.length > 0, `${machine.name}.${act} can be done by nobody from nowhere`);
    for (const state of [...from, to])
      assert(state in machine.states, `${machine.name} has no state ${state}`);
  }
  return machine;
}

/** Why a step was not taken; nothing has changed. The names are those of the contract. */
export class StepRefused extends Error {
  readonly why: StepRefusal;
  constructor(why: StepRefusal) {
    super(why.code);
    this.name = 'StepRefused';
    this.why = why;
  }
}
export type StepRefusal =
  | { code: 'NOT_FOUND' }
  | { code: 'NOT_ALLOWED'; why: string }
  | { code: 'NOT_NOW'; state: string; act: string; possible: string[] }
  | { code: 'STATE_CHANGED'; version: number };

const refuse = (why: StepRefusal): never => {
  throw new StepRefused(why);
};

/** Who does it: an account or a part of the product, and in which capacity. */
export type Actor = { id: string; as: string };

type Begun = { id: string; by: Actor; at: Date; detail?: Record<string, unknown> };

/** Writes down that a subject began, in its first state; its row has version 1. */
export async function begin<State extends string, Act extends string>(
  tx: Tx,
  machine: Machine<State, Act>,
  { id, by, at, detail = {} }: Begun,
): Promise<void> {
  await note(tx, machine, { id, version: 1, act: 'begin', from: null, to: machine.begins, by, at, detail });
}

/**
 * Takes one step: the row changes only from a state that the act may come from and, where `version` is given, only from
 * the version that the caller saw; the step, the audit row and the news are written with it. Refuses `NOT_FOUND`,
 * `NOT_NOW` and `STATE_CHANGED`, in that order, and `NOT_ALLOWED` for a capacity that may not.
 *
 * @returns the new version
 */
export async function takeStep<State extends string, Act extends string>(
  tx: Tx,
  machine: Machine<State, Act>,
  act: Act,
  step: Begun & {
    version?: number | undefined;
    /** Why, if whoever does it says so: a part of the detail. */
    reason?: string | undefined;
    /** Other columns of the row that change with the state. */
    set?: Record<string, unknown> | undefined;
  },
): Promise<number> {
  const { id, by, at, reason, set = {} } = step;
  const detail = { ...step.detail, ...(reason === undefined ? {} : { reason }) };
  const { from, to, who } = machine.acts[act];
  if (!who.includes(by.as)) refuse({ code: 'NOT_ALLOWED', why: `${act} is for: ${who.join(', ')}.` });
  const table = sql.table(machine.table);
  const { rows } = await sql<{ state: State; version: number }>`
    select state, version from ${table} where id = ${id} for update`.execute(tx);
  const now = rows[0] ?? refuse({ code: 'NOT_FOUND' });
  if (!from.includes(now.state))
    refuse({ code: 'NOT_NOW', state: now.state, act, possible: actsFrom(machine, now.state, by.as) });
  if (step.version !== undefined && step.version !== now.version)
    refuse({ code: 'STATE_CHANGED', version: now.version });
  const version = now.version + 1;
  const changes = Object.entries(set).map(([column, value]) => sql`, ${sql.ref(column)} = ${value}`);
  const { numAffectedRows } = await sql`
    update ${table} set state = ${to}, version = ${version} ${sql.join(changes, sql``)}
    where id = ${id} and version = ${now.version}`.execute(tx);
  assert(numAffectedRows === 1n, `${machine.name} ${id} changed under its lock`);
  await note(tx, machine, { id, version, act, from: now.state, to, by, at, detail });
  return version;
}

/** What may be done in a state, by anybody or in one capacity. */
export const actsFrom = <State extends string, Act extends string>(
  machine: Machine<State, Act>,
  state: State,
  as?: string,
): Act[] =>
  (Object.keys(machine.acts) as Act[]).filter(
    (act) =>
      machine.acts[act].from.includes(state) && (as === undefined || machine.acts[act].who.includes(as)),
  );

type Note = Required<Begun> & { version: number; act: string; from: string | null; to: string };

async function note(tx: Tx, { name }: { name: string }, taken: Note): Promise<void> {
  const { id, version, act, from, to, by, at, detail } = taken;
  await tx
    .insertInto('kit.transition')
    .values({
      machine: name,
      subject_id: id,
      version,
      act,
      from_state: from,
      to_state: to,
      actor: by.id,
      capacity: by.as,
      at,
      detail: JSON.stringify(detail),
    })
    .execute();
  await audit(tx, { at, actor: by.id, act: `${name}.${act}`, subject: id, detail: { from, to, version } });
  await tell(tx, `${name}.${act}`, { id, version, from, to }, at);
}

/** The steps that a subject has taken, oldest first. */
export async function stepsOf(db: Db, { name }: { name: string }, subject_id: string) {
  return db
    .selectFrom('kit.transition')
    .select(['version', 'act', 'from_state', 'to_state', 'actor', 'capacity', 'at', 'detail'])
    .where('machine', '=', name)
    .where('subject_id', '=', subject_id)
    .orderBy('version')
    .execute();
}
