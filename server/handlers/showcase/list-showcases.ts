import { showcaseList } from '../../views/showcases.ts';
import { os } from '../base.ts';

export const listShowcases = os.showcase.listShowcases.handler(({ input, context: { context } }) =>
  showcaseList(context, input),
);
