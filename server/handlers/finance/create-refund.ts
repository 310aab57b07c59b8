import { refundGeneration } from '../../flows/refund-generation.ts';
import { asId, type GenerationId } from '../../ids.ts';
import { shownRefund } from '../../views/finance.ts';
import { member, os } from '../base.ts';

export const createRefund = os.finance.createRefund.handler(
  async ({ input, context: { context, caller } }) => {
    const generation_id = asId<GenerationId>(input.id);
    await refundGeneration(context, member(caller), { generation_id, reason: input.reason });
    return shownRefund(context, generation_id);
  },
);
