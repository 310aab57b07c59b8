import { asId, type GenerationId } from '../../ids.ts';
import { readerOf } from '../../views/receipt.ts';
import { receiptProofFor } from '../../views/receipt-proof.ts';
import { os } from '../base.ts';

export const getReceiptProof = os.earnings.getReceiptProof.handler(
  ({ input, context: { context, caller } }) =>
    receiptProofFor(context, readerOf(caller), asId<GenerationId>(input.generation_id), {
      with_payer: input.with_payer === 'true',
    }),
);
