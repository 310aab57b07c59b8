import { publishReleaseOf } from '../../flows/publish-own-release.ts';
import { modelPage } from '../../views/models.ts';
import { os } from '../base.ts';

export const createRelease = os.registry.createRelease.handler(
  async ({ input: { slug, ...release }, context: { context, caller } }) => {
    await publishReleaseOf(context, caller, slug, release);
    return modelPage(context, caller, slug);
  },
);
