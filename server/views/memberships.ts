import type { Membership } from '#api/program/agreement-shapes.ts';
import type { Context } from '../context.ts';
import { type AccountId, asId } from '../ids.ts';
import { actsFrom } from '../kit/state-machine.ts';
import type { Caller } from '../modules/identity/index.ts';
import * as identity from '../modules/identity/index.ts';
import * as program from '../modules/program/index.ts';
import { refuse } from '../refuse.ts';
import { no, YES } from './can.ts';
import { people } from './people.ts';

const SHOWN = 200;

/** How somebody stands, and what whoever looks may do about it. */
export async function membership(
  { db }: Context,
  caller: Caller,
  account_id: AccountId,
): Promise<Membership> {
  const row = await program.membershipOf(db, account_id);
  const person = await people(db, [account_id, ...(row?.proposed_by ? [row.proposed_by] : [])]);
  const standing = row?.state ?? 'active';
  const viewer = caller.account;
  const mine = viewer?.id === account_id;
  const acts = actsFrom(program.membershipMachine, standing).flatMap((act) => {
    const { who } = program.membershipMachine.acts[act];
    const may = mine ? who.includes('creator') : program.capacityIn(viewer?.roles ?? [], act) !== undefined;
    if (!may) return [];
    const unsaid = act === 'terminate' && (!row?.proposed_by || row.proposed_by === viewer?.id);
    return [{ act, can: unsaid ? no('It takes two people: somebody else has to propose it.') : YES }];
  });
  return {
    person: person(account_id),
    standing,
    says: program.membershipMachine.states[standing],
    reason: row?.reason ?? '',
    since: row?.since.toISOString() ?? null,
    version: row?.version ?? 0,
    proposed_by: row?.proposed_by && !mine ? person(row.proposed_by) : null,
    capabilities: program.STANDINGS[standing],
    acts,
  };
}

/** Those who are not simply active, or the one who is asked for. */
export async function memberships(
  context: Context,
  caller: Caller,
  handle: string | undefined,
): Promise<Membership[]> {
  if (handle !== undefined) {
    const account = await identity.accountByHandle(context.db, handle);
    if (!account?.roles.includes('creator')) return refuse('NOT_FOUND');
    return [await membership(context, caller, account.id)];
  }
  const rows = await program.membershipsUnlike(context.db, SHOWN);
  return Promise.all(rows.map(({ account_id }) => membership(context, caller, asId<AccountId>(account_id))));
}
