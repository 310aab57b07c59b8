import { disqualifyEntry } from '../../flows/disqualify-entry.ts';
import { asId, type EntryId } from '../../ids.ts';
import { integrityDesk } from '../../views/competitions/integrity.ts';
import { member, os } from '../base.ts';

export const createDisqualification = os.competitions.createDisqualification.handler(
  async ({ input, context: { context, caller } }) => {
    const slug = await disqualifyEntry(context, member(caller), { ...input, id: asId<EntryId>(input.id) });
    return integrityDesk(context, caller.account, slug);
  },
);
