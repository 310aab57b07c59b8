import { generationList } from '../../views/library.ts';
import { member, os } from '../base.ts';

export const listGenerations = os.generation.listGenerations.handler(
  ({ input, context: { context, caller } }) => generationList(context, member(caller), input),
);
