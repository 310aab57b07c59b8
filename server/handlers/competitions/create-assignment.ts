import { assignPair } from '../../flows/assign-pair.ts';
import { presentPair } from '../../views/competitions/voting.ts';
import { member, os } from '../base.ts';

export const createAssignment = os.competitions.createAssignment.handler(
  async ({ input, context: { context, caller } }) =>
    presentPair(context, await assignPair(context, member(caller), input)),
);
