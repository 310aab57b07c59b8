import { offerTransfer } from '../../flows/offer-transfer.ts';
import { transferFor } from '../../views/transfers.ts';
import { member, os } from '../base.ts';

export const createTransfer = os.program.createTransfer.handler(
  async ({ input, context: { context, caller } }) => {
    const me = member(caller);
    return transferFor(context, me, await offerTransfer(context, me, input));
  },
);
