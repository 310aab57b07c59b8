import { enterable } from '../../views/competitions/entries.ts';
import { member, os } from '../base.ts';

export const listEnterable = os.competitions.listEnterable.handler(
  ({ input, context: { context, caller } }) => enterable(context, member(caller), input),
);
