import { asId, type AssetId } from '../../ids.ts';
import { assetFor } from '../../views/generations.ts';
import { member, os } from '../base.ts';

export const getAsset = os.generation.getAsset.handler(({ input, context: { context, caller } }) =>
  assetFor(context, member(caller), asId<AssetId>(input.id)),
);
