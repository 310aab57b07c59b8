import { termsDiff } from '../../views/terms.ts';
import { os } from '../base.ts';

export const getTermsDiff = os.program.getTermsDiff.handler(({ input, context: { context } }) =>
  termsDiff(context, input),
);
