import { writeTemplate } from '../../flows/write-round-template.ts';
import { templateFile } from '../../views/competitions/round-desk.ts';
import { member, os } from '../base.ts';

export const createTemplate = os.competitions.createTemplate.handler(
  async ({ input: { plan }, context: { context, caller } }) =>
    templateFile(context, await writeTemplate(context, member(caller), { id: null, version: 0, plan })),
);
