import { statementFor } from '../../views/statement.ts';
import { member, os } from '../base.ts';

export const getStatement = os.earnings.getStatement.handler(({ input, context: { context, caller } }) =>
  statementFor(context, member(caller), input.month, input.page),
);
