import { beginRound } from '../../flows/write-round.ts';
import { asId, type TemplateId } from '../../ids.ts';
import { roundFile } from '../../views/competitions/round-desk.ts';
import { member, os } from '../base.ts';

export const createRound = os.competitions.createRound.handler(
  async ({ input: { template_id, ...wish }, context: { context, caller } }) => {
    const template = template_id === null ? null : asId<TemplateId>(template_id);
    const id = await beginRound(context, member(caller), { ...wish, template_id: template });
    return roundFile(context, member(caller), id);
  },
);
