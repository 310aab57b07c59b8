import { asId, type TransferId } from '../../ids.ts';
import { transferPage } from '../../views/transfers.ts';
import { member, os } from '../base.ts';

export const getTransfer = os.program.getTransfer.handler(({ input, context: { context, caller } }) =>
  transferPage(context, member(caller), asId<TransferId>(input.id)),
);
