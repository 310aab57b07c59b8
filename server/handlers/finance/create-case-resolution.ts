import { resolveCase } from '../../flows/resolve-case.ts';
import { asId, type CaseId } from '../../ids.ts';
import { shownCase } from '../../views/finance.ts';
import { member, os } from '../base.ts';

export const createCaseResolution = os.finance.createCaseResolution.handler(
  async ({ input, context: { context, caller } }) => {
    const me = member(caller);
    const { id, outcome, note } = input;
    await resolveCase(context, me, { case_id: asId<CaseId>(id), outcome, note });
    return shownCase(context, me, asId<CaseId>(id));
  },
);
