import { statementList } from '../../views/statement.ts';
import { member, os } from '../base.ts';

export const listStatements = os.earnings.listStatements.handler(
  async ({ context: { context, caller } }) => ({
    items: await statementList(context, member(caller)),
  }),
);
