import { publishSubmission } from '../../flows/publish-submission.ts';
import { modelPage } from '../../views/models.ts';
import { member, os } from '../base.ts';

export const createModel = os.registry.createModel.handler(
  async ({ input, context: { context, caller } }) => {
    await publishSubmission(context, member(caller), input);
    return modelPage(context, caller, input.slug);
  },
);
