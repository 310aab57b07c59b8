import { acceptTransfer } from '../../flows/answer-transfer.ts';
import { asId, type TransferId } from '../../ids.ts';
import { transferFor } from '../../views/transfers.ts';
import { member, os } from '../base.ts';

export const createTransferAcceptance = os.program.createTransferAcceptance.handler(
  async ({ input, context: { context, caller } }) => {
    const me = member(caller);
    const id = asId<TransferId>(input.id);
    await acceptTransfer(context, me, { ...input, id });
    return transferFor(context, me, id);
  },
);
