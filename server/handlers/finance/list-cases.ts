import { caseList } from '../../views/finance.ts';
import { member, os } from '../base.ts';

export const listCases = os.finance.listCases.handler(({ input, context: { context, caller } }) =>
  caseList(context, member(caller), input),
);
