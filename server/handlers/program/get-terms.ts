import { termsPage } from '../../views/terms.ts';
import { os } from '../base.ts';

export const getTerms = os.program.getTerms.handler(({ input, context: { context } }) =>
  termsPage(context, input.version),
);
