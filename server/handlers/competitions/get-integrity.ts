import { integrityDesk } from '../../views/competitions/integrity.ts';
import { os } from '../base.ts';

export const getIntegrity = os.competitions.getIntegrity.handler(
  ({ input: { slug }, context: { context, caller } }) => integrityDesk(context, caller.account, slug),
);
