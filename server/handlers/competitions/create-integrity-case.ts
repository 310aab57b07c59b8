import { openCase } from '../../flows/look-into.ts';
import { integrityDesk } from '../../views/competitions/integrity.ts';
import { member, os } from '../base.ts';

export const createIntegrityCase = os.competitions.createIntegrityCase.handler(
  async ({ input, context: { context, caller } }) => {
    await openCase(context, member(caller), input);
    return integrityDesk(context, caller.account, input.slug);
  },
);
