import { type AccountId, newId } from '../../ids.ts';
import type { Db, Tx } from '../../kit/database.ts';
import { type Actor, begin, takeStep } from '../../kit/state-machine.ts';
import { type MembershipAct, membershipMachine, type Standing } from './membership-machine.ts';

/**
 * What a creator may do in each standing; flows ask here and nowhere else.
 *
 * - apply: begin and submit applications
 * - publish: sign an offer, and have releases published
 * - edit: change what is published: texts, splits, terms
 * - hand_over: give a model of theirs to somebody else
 * - run: others may start generations with their models
 * - earn: their part of what is settled is theirs; it is never given to others
 * - promote: their models are shown where models are chosen from
 * - be_paid: what is theirs can be paid out
 */
export const CAPABILITIES = [
  'apply',
  'publish',
  'edit',
  'hand_over',
  'run',
  'earn',
  'promote',
  'be_paid',
] as const;
export type Capability = (typeof CAPABILITIES)[number];

const may = (...capabilities: Capability[]): Record<Capability, boolean> => {
  const has = (capability: Capability) => capabilities.includes(capability);
  return {
    apply: has('apply'),
    publish: has('publish'),
    edit: has('edit'),
    hand_over: has('hand_over'),
    run: has('run'),
    earn: has('earn'),
    promote: has('promote'),
    be_paid: has('be_paid'),
  };
};

export const STANDINGS: Record<Standing, Record<Capability, boolean>> = {
  active: may('apply', 'publish', 'edit', 'hand_over', 'run', 'earn', 'promote', 'be_paid'),
  paused: may('edit', 'hand_over', 'earn', 'be_paid'),
  under_review: may('edit', 'run', 'earn', 'be_paid'),
  suspended: may('earn', 'be_paid'),
  terminated: may('earn', 'be_paid'),
  offboarding: may('hand_over', 'earn', 'be_paid'),
  offboarded: may('earn', 'be_paid'),
  blocked: may('earn'),
};

/** Why a creator's models cannot be used, in words for whoever wanted to use them. */
export const WHY_NOT_RUN: Partial<Record<Standing, string>> = {
  paused: 'Its creator takes a break.',
  suspended: 'Its creator is suspended.',
  terminated: 'Its creator is no longer in the program.',
  offboarding: 'Its creator is leaving the program.',
  offboarded: 'Its creator has left the program.',
  blocked: 'Its creator is no longer in the program.',
};

const isStanding = (state: string): state is Standing => Object.hasOwn(membershipMachine.states, state);
export const readStanding = (state: string | null): Standing => {
  if (state === null) return 'active';
  if (!isStanding(state)) throw new Error(`nobody can be ${state}`);
  return state;
};

export async function membershipOf(db: Db, account_id: AccountId) {
  const row = await db
    .selectFrom('program.membership')
    .selectAll()
    .where('account_id', '=', account_id)
    .executeTakeFirst();
  return row && { ...row, state: readStanding(row.state) };
}

/** Everybody who is not simply active, those whom something was done to last first. */
export async function membershipsUnlike(db: Db, limit: number) {
  const rows = await db
    .selectFrom('program.membership')
    .selectAll()
    .where('state', '<>', 'active')
    .orderBy('since', 'desc')
    .limit(limit)
    .execute();
  return rows.map((row) => ({ ...row, state: readStanding(row.state) }));
}

/** Those whose standing does not give them a capability. */
export async function creatorsWithout(db: Db, capability: Capability): Promise<Set<string>> {
  const standings = Object.entries(STANDINGS).flatMap(([standing, can]) =>
    can[capability] ? [] : [standing],
  );
  const rows = await db
    .selectFrom('program.membership')
    .select('account_id')
    .where('state', 'in', standings)
    .execute();
  return new Set(rows.map(({ account_id }) => account_id));
}

/** Where nobody has acted on a creator yet, they are active and have no row. */
export async function ensureMembership(tx: Tx, account_id: AccountId, at: Date): Promise<string> {
  const id: string = newId(at);
  const made = await tx
    .insertInto('program.membership')
    .values({ id, account_id, state: membershipMachine.begins, since: at })
    .onConflict((conflict) => conflict.column('account_id').doNothing())
    .returning('id')
    .executeTakeFirst();
  if (made) await begin(tx, membershipMachine, { id, by: { id: 'system', as: 'system' }, at });
  const row = await tx
    .selectFrom('program.membership')
    .select('id')
    .where('account_id', '=', account_id)
    .executeTakeFirstOrThrow();
  return row.id;
}

export const moveMembership = (
  tx: Tx,
  act: MembershipAct,
  step: {
    id: string;
    by: Actor;
    at: Date;
    reason: string;
    version?: number | undefined;
    proposed_by?: AccountId;
  },
): Promise<number> => {
  const { id, by, at, reason, version, proposed_by = null } = step;
  const set = { reason, proposed_by, since: at };
  return takeStep(tx, membershipMachine, act, { id, by, at, version, set, detail: { reason } });
};

/** As whom somebody may do this to another; undefined where they may not. */
export const capacityIn = (roles: readonly string[], act: MembershipAct): string | undefined =>
  membershipMachine.acts[act].who.find((who) => who !== 'creator' && roles.includes(who));
