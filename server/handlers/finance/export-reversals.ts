import { reversalFile } from '../../views/reversals.ts';
import { os } from '../base.ts';

export const exportReversals = os.finance.exportReversals.handler(({ input, context: { context } }) =>
  reversalFile(context, input.month, input.cause ?? null),
);
