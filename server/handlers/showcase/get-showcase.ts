import { showcasePage } from '../../views/showcases.ts';
import { os } from '../base.ts';

export const getShowcase = os.showcase.getShowcase.handler(({ input, context: { context, caller } }) =>
  showcasePage(context, caller, input.slug),
);
