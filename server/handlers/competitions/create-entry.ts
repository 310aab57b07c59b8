import { enterRound } from '../../flows/enter-round.ts';
import { ownEntry } from '../../views/competitions/entries.ts';
import { member, os } from '../base.ts';

export const createEntry = os.competitions.createEntry.handler(
  async ({ input, context: { context, caller } }) => {
    const id = await enterRound(context, member(caller), input);
    return ownEntry(context, member(caller), id);
  },
);
