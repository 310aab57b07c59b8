import { deprecateRelease } from '../../flows/deprecate-release.ts';
import { asId, type ReleaseId } from '../../ids.ts';
import { releaseOf } from '../../views/models.ts';
import { os } from '../base.ts';

export const createDeprecation = os.registry.createDeprecation.handler(
  async ({ input: { id, ends_at, reason }, context: { context, caller } }) => {
    const release_id = asId<ReleaseId>(id);
    await deprecateRelease(context, caller, { id: release_id, ends_at: new Date(ends_at), reason });
    return releaseOf(context, release_id);
  },
);
