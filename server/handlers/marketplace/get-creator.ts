import { creatorPage } from '../../views/creator-page.ts';
import { os } from '../base.ts';

export const getCreator = os.marketplace.getCreator.handler(({ input, context: { context, caller } }) =>
  creatorPage(context, caller.account?.id ?? null, input.handle),
);
