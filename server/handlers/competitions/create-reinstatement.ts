import { reinstateEntry } from '../../flows/reinstate-entry.ts';
import { asId, type EntryId } from '../../ids.ts';
import { integrityDesk } from '../../views/competitions/integrity.ts';
import { member, os } from '../base.ts';

export const createReinstatement = os.competitions.createReinstatement.handler(
  async ({ input, context: { context, caller } }) => {
    const slug = await reinstateEntry(context, member(caller), { ...input, id: asId<EntryId>(input.id) });
    return integrityDesk(context, caller.account, slug);
  },
);
