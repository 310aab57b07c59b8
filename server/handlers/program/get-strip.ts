import { modelStrip } from '../../views/bench-strip.ts';
import { os } from '../base.ts';

export const getStrip = os.program.getStrip.handler(({ input, context: { context } }) =>
  modelStrip(context, input.slug, input.with),
);
