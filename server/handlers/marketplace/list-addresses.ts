import { addresses } from '../../views/addresses.ts';
import { os } from '../base.ts';

export const listAddresses = os.marketplace.listAddresses.handler(({ input, context: { context } }) =>
  addresses(context, input),
);
