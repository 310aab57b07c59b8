import { likeCreation as like } from '../../flows/like-creation.ts';
import { asId, type AssetId } from '../../ids.ts';
import { member, os } from '../base.ts';

export const likeCreation = os.marketplace.likeCreation.handler(({ input, context: { context, caller } }) =>
  like(context, member(caller), asId<AssetId>(input.id), true),
);
