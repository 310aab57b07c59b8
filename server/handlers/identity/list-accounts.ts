import { type AccountId, asId } from '../../ids.ts';
import * as identity from '../../modules/identity/index.ts';
import { shownAccount } from '../../views/accounts.ts';
import { pageOf, placeOf } from '../../views/paging.ts';
import { member, os } from '../base.ts';

export const listAccounts = os.identity.listAccounts.handler(
  async ({ input, context: { context, caller } }) => {
    const { search, role, limit, cursor } = input;
    const owner = `accounts ${member(caller)}`;
    const [last] = placeOf(context, owner, cursor) ?? [];
    const after = last === undefined ? null : asId<AccountId>(last);
    const accounts = await identity.listAccounts(context.db, { search, role, after, limit: limit + 1 });
    const { shown, next_cursor } = pageOf(context, owner, accounts, limit, ({ id }) => [id]);
    return { items: shown.map(shownAccount), next_cursor };
  },
);
