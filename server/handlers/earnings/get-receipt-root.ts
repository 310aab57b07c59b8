import { receiptRoot } from '../../views/receipt-roots.ts';
import { os } from '../base.ts';

export const getReceiptRoot = os.earnings.getReceiptRoot.handler(({ input, context: { context } }) =>
  receiptRoot(context, input.number),
);
