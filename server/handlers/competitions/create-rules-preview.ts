import { tryRules } from '../../flows/write-round.ts';
import { os } from '../base.ts';

export const createRulesPreview = os.competitions.createRulesPreview.handler(
  ({ input, context: { context } }) => tryRules(context, input),
);
