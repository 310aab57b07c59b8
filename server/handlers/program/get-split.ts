import { splitOfModel } from '../../views/splits.ts';
import { member, os } from '../base.ts';

export const getSplit = os.program.getSplit.handler(({ input, context: { context, caller } }) =>
  splitOfModel(context, member(caller), input.slug),
);
