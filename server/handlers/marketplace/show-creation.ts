import { showCreation as show } from '../../flows/show-creation.ts';
import { asId, type AssetId } from '../../ids.ts';
import { creationPage } from '../../views/creations.ts';
import { member, os } from '../base.ts';

export const showCreation = os.marketplace.showCreation.handler(
  async ({ input, context: { context, caller } }) => {
    const me = member(caller);
    const { id, ...wish } = input;
    await show(context, me, asId<AssetId>(id), wish);
    return creationPage(context, me, asId<AssetId>(id));
  },
);
