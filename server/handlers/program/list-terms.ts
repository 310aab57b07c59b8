import { termsList } from '../../views/terms.ts';
import { os } from '../base.ts';

export const listTerms = os.program.listTerms.handler(async ({ context: { context } }) => ({
  items: await termsList(context),
}));
