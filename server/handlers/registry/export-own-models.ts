import { ownModelTable } from '../../views/own-models.ts';
import { member, os } from '../base.ts';

export const exportOwnModels = os.registry.exportOwnModels.handler(
  async ({ context: { context, caller } }) =>
    new File([await ownModelTable(context, member(caller))], 'models.csv', {
      type: 'text/csv; charset=utf-8',
    }),
);
