import { liabilityRoots } from '../../views/liabilities.ts';
import { os } from '../base.ts';

export const listLiabilityRoots = os.books.listLiabilityRoots.handler(({ input, context: { context } }) =>
  liabilityRoots(context, input),
);
