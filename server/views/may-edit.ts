import type { Context } from '../context.ts';
import type { AccountId } from '../ids.ts';
import * as program from '../modules/program/index.ts';
import { no, YES } from './can.ts';

/** Whether somebody's standing lets them change what they have published. */
export async function whyNotEdit({ db }: Pick<Context, 'db'>, account_id: AccountId) {
  const standing = (await program.membershipOf(db, account_id))?.state ?? 'active';
  return program.STANDINGS[standing].edit
    ? YES
    : no(`While you are ${standing.replaceAll('_', ' ')} you cannot change what is published.`);
}
