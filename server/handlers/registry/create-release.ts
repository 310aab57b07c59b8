import { publishSubmittedRelease } from '../../flows/publish-submission.ts';
import { modelPage } from '../../views/models.ts';
import { member, os } from '../base.ts';

export const createRelease = os.registry.createRelease.handler(
  async ({ input: { slug, ...release }, context: { context, caller } }) => {
    await publishSubmittedRelease(context, member(caller), slug, release);
    return modelPage(context, caller, slug);
  },
);
