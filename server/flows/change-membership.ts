import type { Context } from '../context.ts';
import type { AccountId } from '../ids.ts';
import type { Caller } from '../modules/identity/index.ts';
import * as identity from '../modules/identity/index.ts';
import * as program from '../modules/program/index.ts';
import { refuse } from '../refuse.ts';

type Change = { handle: string; act: program.MembershipAct; reason: string; version: number };

/** Changes how a creator stands. What is final takes two people; nobody decides about themselves. */
export async function changeMembership(
  context: Context,
  caller: Caller,
  { handle, act, reason, version }: Change,
): Promise<AccountId> {
  const at = context.clock.now();
  const actor = caller.account ?? refuse('NOT_SIGNED_IN');
  const account = await identity.accountByHandle(context.db, handle);
  const mine = account?.id === actor.id;
  const as = mine ? 'creator' : program.capacityIn(actor.roles, act);
  if (!account?.roles.includes('creator') || !as) return refuse('NOT_FOUND');
  if (mine && !program.membershipMachine.acts[act].who.includes('creator')) refuse('OWN_INTEREST');
  await context.database.inTransaction(async (tx) => {
    const before = await program.membershipOf(tx, account.id);
    if ((before?.version ?? 0) !== version) refuse('STATE_CHANGED', { version: before?.version ?? 0 });
    const id = await program.ensureMembership(tx, account.id, at);
    const proposed = before?.proposed_by ?? null;
    if (act === 'terminate' && (proposed === null || proposed === actor.id)) refuse('SECOND_PERSON_NEEDED');
    await program.moveMembership(tx, act, {
      ...{ id, at, reason, by: { id: actor.id, as } },
      ...(before ? { version } : {}),
      ...(act === 'propose_termination' ? { proposed_by: actor.id } : {}),
    });
  });
  context.wake.send('news');
  return account.id;
}
