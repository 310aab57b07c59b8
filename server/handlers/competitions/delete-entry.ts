import { withdrawEntry } from '../../flows/enter-round.ts';
import { asId, type EntryId } from '../../ids.ts';
import { ownEntry } from '../../views/competitions/entries.ts';
import { member, os } from '../base.ts';

export const deleteEntry = os.competitions.deleteEntry.handler(
  async ({ input, context: { context, caller } }) => {
    const id = asId<EntryId>(input.id);
    await withdrawEntry(context, member(caller), id);
    return ownEntry(context, member(caller), id);
  },
);
