import { asId, type GenerationId } from '../../ids.ts';
import { receiptFor } from '../../views/receipt.ts';
import { member, os } from '../base.ts';

export const getReceipt = os.earnings.getReceipt.handler(({ input, context: { context, caller } }) =>
  receiptFor(context, member(caller), asId<GenerationId>(input.id)),
);
