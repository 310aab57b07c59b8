import { declineTransfer } from '../../flows/answer-transfer.ts';
import { asId, type TransferId } from '../../ids.ts';
import { transferFor } from '../../views/transfers.ts';
import { member, os } from '../base.ts';

export const createTransferRefusal = os.program.createTransferRefusal.handler(
  async ({ input, context: { context, caller } }) => {
    const me = member(caller);
    const id = asId<TransferId>(input.id);
    await declineTransfer(context, me, id);
    return transferFor(context, me, id);
  },
);
