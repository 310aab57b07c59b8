import { type ApiKeyId, asId } from '../../ids.ts';
import { audit } from '../../kit/audit.ts';
import * as identity from '../../modules/identity/index.ts';
import { refuse } from '../../refuse.ts';
import { member, os } from '../base.ts';

export const deleteApiKey = os.identity.deleteApiKey.handler(
  async ({ input, context: { context, caller } }) => {
    const at = context.clock.now();
    const me = member(caller);
    const id = asId<ApiKeyId>(input.id);
    await context.database.inTransaction(async (tx) => {
      if (!(await identity.revokeKey(tx, me, id, at))) refuse('NOT_FOUND');
      await audit(tx, { at, actor: me, act: 'api_key.revoke', subject: id });
    });
    return { revoked: true };
  },
);
