import { writeTemplate } from '../../flows/write-round-template.ts';
import { asId } from '../../ids.ts';
import { templateFile } from '../../views/competitions/round-desk.ts';
import { member, os } from '../base.ts';

export const updateTemplate = os.competitions.updateTemplate.handler(
  async ({ input, context: { context, caller } }) =>
    templateFile(context, await writeTemplate(context, member(caller), { ...input, id: asId(input.id) })),
);
