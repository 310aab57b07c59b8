import { closeCase } from '../../flows/look-into.ts';
import { asId, type IntegrityCaseId } from '../../ids.ts';
import { integrityDesk } from '../../views/competitions/integrity.ts';
import { member, os } from '../base.ts';

export const createCaseRuling = os.competitions.createCaseRuling.handler(
  async ({ input, context: { context, caller } }) => {
    const slug = await closeCase(context, member(caller), { ...input, id: asId<IntegrityCaseId>(input.id) });
    return integrityDesk(context, caller.account, slug);
  },
);
