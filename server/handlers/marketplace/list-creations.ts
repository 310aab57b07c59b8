import { creationList } from '../../views/creations.ts';
import { os } from '../base.ts';

export const listCreations = os.marketplace.listCreations.handler(({ input, context: { context, caller } }) =>
  creationList(context, caller.account?.id ?? null, input),
);
