import { resultsOf } from '../../views/competitions/results.ts';
import { os } from '../base.ts';

export const getResults = os.competitions.getResults.handler(
  ({ input: { slug }, context: { context, caller } }) => resultsOf(context, caller.account, slug),
);
