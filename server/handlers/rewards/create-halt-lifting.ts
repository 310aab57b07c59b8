import { liftHalt } from '../../flows/halt-rewards.ts';
import { asId, type HaltId } from '../../ids.ts';
import { member, os } from '../base.ts';

export const createHaltLifting = os.rewards.createHaltLifting.handler(
  async ({ input: { id, reason }, context: { context, caller } }) => {
    await liftHalt(context, member(caller), { id: asId<HaltId>(id), reason });
    return { lifted: true };
  },
);
