import { takeTransferBack } from '../../flows/offer-transfer.ts';
import { asId, type TransferId } from '../../ids.ts';
import { member, os } from '../base.ts';

export const deleteTransfer = os.program.deleteTransfer.handler(
  async ({ input, context: { context, caller } }) => {
    await takeTransferBack(context, member(caller), asId<TransferId>(input.id));
    return {};
  },
);
