import { answerAsAuthor } from '../../flows/enter-round.ts';
import { asId, type EntryId } from '../../ids.ts';
import { ownEntry } from '../../views/competitions/entries.ts';
import { member, os } from '../base.ts';

export const createEntryAnswer = os.competitions.createEntryAnswer.handler(
  async ({ input: { id: given, accepted }, context: { context, caller } }) => {
    const id = asId<EntryId>(given);
    await answerAsAuthor(context, member(caller), { id, accepted });
    return ownEntry(context, member(caller), id);
  },
);
