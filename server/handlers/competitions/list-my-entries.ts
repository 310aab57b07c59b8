import { ownEntries } from '../../views/competitions/entries.ts';
import { member, os } from '../base.ts';

export const listMyEntries = os.competitions.listMyEntries.handler(
  ({ input, context: { context, caller } }) => ownEntries(context, member(caller), input),
);
