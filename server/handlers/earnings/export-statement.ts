import { statementFile } from '../../views/statement.ts';
import { member, os } from '../base.ts';

export const exportStatement = os.earnings.exportStatement.handler(
  ({ input, context: { context, caller } }) =>
    statementFile(context, member(caller), input.month, input.format),
);
