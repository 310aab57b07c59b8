import type { Context } from '../../context.ts';
import type { AccountId } from '../../ids.ts';
import type { Actor } from '../../kit/state-machine.ts';
import * as identity from '../../modules/identity/index.ts';
import { refuse } from '../../refuse.ts';
import type { DeskViewer } from '../../views/desk.ts';
import { member } from '../base.ts';

/** Who acts at the desk, and in which capacity: as a coordinator, if they are one. */
export const atTheDesk = (caller: identity.Caller): Actor => ({
  id: member(caller),
  as: caller.account?.roles.includes('coordinator') ? 'coordinator' : 'chair',
});

/** The same for what they look at, in every capacity that they have. */
export const deskViewer = (caller: identity.Caller): DeskViewer => ({
  id: member(caller),
  capacities: (['coordinator', 'chair'] as const).filter((role) => caller.account?.roles.includes(role)),
});

/** Reviewers by their handles; refuses the first who is none. */
export const reviewersByHandle = (context: Context, handles: readonly string[]): Promise<AccountId[]> =>
  Promise.all(
    [...new Set(handles)].map(async (handle) => {
      const account = await identity.accountByHandle(context.db, handle);
      return account?.roles.includes('reviewer') ? account.id : refuse('REVIEWER_UNKNOWN', { handle });
    }),
  );
