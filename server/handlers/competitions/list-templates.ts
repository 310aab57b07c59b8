import { templateList } from '../../views/competitions/round-desk.ts';
import { os } from '../base.ts';

export const listTemplates = os.competitions.listTemplates.handler(({ context: { context } }) =>
  templateList(context),
);
