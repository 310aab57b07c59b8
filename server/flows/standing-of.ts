import type { Context } from '../context.ts';
import type { AccountId } from '../ids.ts';
import * as program from '../modules/program/index.ts';
import { refuse } from '../refuse.ts';

const WHAT: Record<program.Capability, string> = {
  apply: 'apply',
  publish: 'publish',
  edit: 'change what is published',
  hand_over: 'give a model to somebody else',
  run: 'have models used',
  earn: 'earn',
  promote: 'be promoted',
  be_paid: 'be paid',
};

/** Refuses what somebody's standing in the program does not allow. Who never was a creator is not hindered by it. */
export async function demandStanding(
  { db }: Pick<Context, 'db'>,
  account_id: AccountId,
  capability: program.Capability,
): Promise<void> {
  const standing = (await program.membershipOf(db, account_id))?.state ?? 'active';
  if (program.STANDINGS[standing][capability]) return;
  const why = `While you are ${standing.replaceAll('_', ' ')} you cannot ${WHAT[capability]}.`;
  refuse('STANDING_REFUSED', { standing, why });
}
