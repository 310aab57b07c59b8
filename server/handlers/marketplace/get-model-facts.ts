import { modelFacts } from '../../views/model-facts.ts';
import { os } from '../base.ts';

export const getModelFacts = os.marketplace.getModelFacts.handler(({ input, context: { context, caller } }) =>
  modelFacts(context, caller.account?.id ?? null, input.slug),
);
