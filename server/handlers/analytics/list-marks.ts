import { marksFor } from '../../views/analytics/marks.ts';
import { member, os } from '../base.ts';

export const listMarks = os.analytics.listMarks.handler(({ input, context: { context, caller } }) =>
  marksFor(context, member(caller), input),
);
