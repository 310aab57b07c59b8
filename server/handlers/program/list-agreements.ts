import { agreementsPage } from '../../views/agreements.ts';
import { member, os } from '../base.ts';

export const listAgreements = os.program.listAgreements.handler(({ context: { context, caller } }) =>
  agreementsPage(context, member(caller)),
);
