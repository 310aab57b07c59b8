import { binAsset } from '../../flows/bin-asset.ts';
import { asId, type AssetId } from '../../ids.ts';
import { assetFor } from '../../views/generations.ts';
import { member, os } from '../base.ts';

export const deleteAsset = os.generation.deleteAsset.handler(
  async ({ input, context: { context, caller } }) => {
    const me = member(caller);
    const id = asId<AssetId>(input.id);
    await binAsset(context, me, id, true);
    return assetFor(context, me, id);
  },
);
