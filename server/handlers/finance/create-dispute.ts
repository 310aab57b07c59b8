import { openDispute } from '../../flows/dispute-purchase.ts';
import { asId, type PurchaseId } from '../../ids.ts';
import { shownCase } from '../../views/finance.ts';
import { member, os } from '../base.ts';

export const createDispute = os.finance.createDispute.handler(
  async ({ input, context: { context, caller } }) => {
    const me = member(caller);
    const { id, reference } = input;
    const opened = await openDispute(context, me, { purchase_id: asId<PurchaseId>(id), reference });
    return shownCase(context, me, opened);
  },
);
