import { orderExport } from '../../flows/order-export.ts';
import { member, os } from '../base.ts';

export const createExport = os.analytics.createExport.handler(({ input, context: { context, caller } }) =>
  orderExport(context, member(caller), input),
);
