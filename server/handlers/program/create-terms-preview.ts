import { termsPreview } from '../../views/application-form.ts';
import { member, os } from '../base.ts';

export const createTermsPreview = os.program.createTermsPreview.handler(
  ({ input, context: { context, caller } }) => termsPreview(context, member(caller), input),
);
