import { lookUp } from '../../flows/look-up.ts';
import { member, os } from '../base.ts';

export const getSubject = os.finance.getSubject.handler(({ input, context: { context, caller } }) =>
  lookUp(context, member(caller), input.id),
);
