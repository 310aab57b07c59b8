import { countImpressions } from '../../flows/count-sights.ts';
import { os } from '../base.ts';
import { viewerOf } from './viewer.ts';

export const createImpressions = os.slots.createImpressions.handler(async ({ input, context }) => ({
  counted: await countImpressions(context.context, viewerOf(context), input.tokens),
}));
