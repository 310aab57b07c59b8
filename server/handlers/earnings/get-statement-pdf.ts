import { statementPdf } from '../../views/statement-pdf.ts';
import { member, os } from '../base.ts';

export const getStatementPdf = os.earnings.getStatementPdf.handler(
  ({ input, context: { context, caller } }) => statementPdf(context, member(caller), input.month, input.part),
);
