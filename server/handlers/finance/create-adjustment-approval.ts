import { approveAdjustment } from '../../flows/approve-adjustment.ts';
import { type AdjustmentId, asId } from '../../ids.ts';
import { shownAdjustment } from '../../views/finance.ts';
import { member, os } from '../base.ts';

export const createAdjustmentApproval = os.finance.createAdjustmentApproval.handler(
  async ({ input, context: { context, caller } }) => {
    const me = member(caller);
    const id = asId<AdjustmentId>(input.id);
    await approveAdjustment(context, me, id);
    return shownAdjustment(context, me, id);
  },
);
