import { modelPage } from '../../views/models.ts';
import { os } from '../base.ts';

export const getModel = os.registry.getModel.handler(({ input, context: { context, caller } }) =>
  modelPage(context, caller, input.slug),
);
