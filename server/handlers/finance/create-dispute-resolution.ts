import { resolveDispute } from '../../flows/dispute-purchase.ts';
import { asId, type CaseId } from '../../ids.ts';
import { MICROS } from '../../kit/money.ts';
import { shownCase } from '../../views/finance.ts';
import { member, os } from '../base.ts';

export const createDisputeResolution = os.finance.createDisputeResolution.handler(
  async ({ input, context: { context, caller } }) => {
    const me = member(caller);
    const { id, outcome, note, fee_usd_cents } = input;
    const fee_micro_usd = (BigInt(fee_usd_cents) * MICROS) / 100n;
    await resolveDispute(context, me, { case_id: asId<CaseId>(id), outcome, note, fee_micro_usd });
    return shownCase(context, me, asId<CaseId>(id));
  },
);
