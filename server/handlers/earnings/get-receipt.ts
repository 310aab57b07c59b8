import { asId, type GenerationId } from '../../ids.ts';
import { readerOf, receiptFor } from '../../views/receipt.ts';
import { os } from '../base.ts';

export const getReceipt = os.earnings.getReceipt.handler(({ input, context: { context, caller } }) =>
  receiptFor(context, readerOf(caller), asId<GenerationId>(input.id)),
);
