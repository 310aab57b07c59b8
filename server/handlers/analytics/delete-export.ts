import { dropExport } from '../../flows/order-export.ts';
import { asId } from '../../ids.ts';
import { member, os } from '../base.ts';

export const deleteExport = os.analytics.deleteExport.handler(({ input, context: { context, caller } }) =>
  dropExport(context, member(caller), asId(input.id)),
);
