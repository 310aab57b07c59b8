import { receiptDays } from '../../views/receipt-roots.ts';
import { os } from '../base.ts';

export const listReceiptDays = os.earnings.listReceiptDays.handler(({ input, context: { context } }) =>
  receiptDays(context, input),
);
