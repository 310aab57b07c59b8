import { withdrawCreation as withdraw } from '../../flows/show-creation.ts';
import { asId, type AssetId } from '../../ids.ts';
import { member, os } from '../base.ts';

export const withdrawCreation = os.marketplace.withdrawCreation.handler(
  async ({ input, context: { context, caller } }) => {
    await withdraw(context, member(caller), asId<AssetId>(input.id));
    return { shown: false as const };
  },
);
