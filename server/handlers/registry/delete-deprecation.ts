import { takeBackDeprecation } from '../../flows/deprecate-release.ts';
import { asId, type ReleaseId } from '../../ids.ts';
import { releaseOf } from '../../views/models.ts';
import { os } from '../base.ts';

export const deleteDeprecation = os.registry.deleteDeprecation.handler(
  async ({ input, context: { context, caller } }) => {
    const release_id = asId<ReleaseId>(input.id);
    await takeBackDeprecation(context, caller, release_id);
    return releaseOf(context, release_id);
  },
);
