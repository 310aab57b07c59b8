import { transferList } from '../../views/transfers.ts';
import { member, os } from '../base.ts';

export const listTransfers = os.program.listTransfers.handler(async ({ context: { context, caller } }) => ({
  items: await transferList(context, member(caller)),
}));
