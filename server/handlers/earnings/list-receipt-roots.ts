import { receiptRoots } from '../../views/receipt-roots.ts';
import { os } from '../base.ts';

export const listReceiptRoots = os.earnings.listReceiptRoots.handler(({ input, context: { context } }) =>
  receiptRoots(context, input),
);
