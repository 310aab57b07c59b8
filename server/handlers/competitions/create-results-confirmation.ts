import { confirmResults } from '../../flows/confirm-results.ts';
import { resultsOf } from '../../views/competitions/results.ts';
import { member, os } from '../base.ts';

export const createResultsConfirmation = os.competitions.createResultsConfirmation.handler(
  async ({ input, context: { context, caller } }) => {
    await confirmResults(context, member(caller), input);
    return resultsOf(context, caller.account, input.slug);
  },
);
