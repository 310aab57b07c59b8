import { assetList } from '../../views/library.ts';
import { member, os } from '../base.ts';

export const listAssets = os.generation.listAssets.handler(({ input, context: { context, caller } }) =>
  assetList(context, member(caller), input),
);
