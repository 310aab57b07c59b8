import { asId, type AssetId } from '../../ids.ts';
import { creationPage } from '../../views/creations.ts';
import { os } from '../base.ts';

export const getCreation = os.marketplace.getCreation.handler(({ input, context: { context, caller } }) =>
  creationPage(context, caller.account?.id ?? null, asId<AssetId>(input.id)),
);
