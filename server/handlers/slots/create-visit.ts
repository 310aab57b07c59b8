import { countVisit } from '../../flows/count-sights.ts';
import { os } from '../base.ts';
import { viewerOf } from './viewer.ts';

export const createVisit = os.slots.createVisit.handler(async ({ input, context }) => ({
  counted: await countVisit(context.context, viewerOf(context), input),
}));
