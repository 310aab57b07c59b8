import type { Context } from '../context.ts';
import type { AccountId } from '../ids.ts';
import * as identity from '../modules/identity/index.ts';
import { refuse } from '../refuse.ts';

/** Whose books somebody asks for: their own, or as finance or admin those of a person by handle. */
export async function whoseBalances(
  { db }: Context,
  { account }: identity.Caller,
  handle: string | undefined,
): Promise<AccountId> {
  if (!account) refuse('NOT_SIGNED_IN');
  if (handle === undefined || handle === account.handle) return account.id;
  if (!account.roles.includes('finance') && !account.roles.includes('admin'))
    refuse('NOT_ALLOWED', { why: 'The balances of others are for finance.' });
  return (await identity.accountByHandle(db, handle))?.id ?? refuse('NOT_FOUND');
}
