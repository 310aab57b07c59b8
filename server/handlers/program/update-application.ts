import type { JsonObject } from '#db';
import { findingsOf } from '../../flows/application-checks.ts';
import { saveApplication } from '../../flows/save-application.ts';
import { asId, type ApplicationId } from '../../ids.ts';
import { member, os } from '../base.ts';

export const updateApplication = os.program.updateApplication.handler(
  async ({ input: { id, draft, draft_version }, context: { context, caller } }) => {
    // it came as JSON and so it is
    const saved = { draft: draft as JsonObject, draft_version };
    const application = await saveApplication(context, member(caller), asId<ApplicationId>(id), saved);
    return {
      draft_version: application.draft_version,
      draft_at: application.draft_at.toISOString(),
      findings: await findingsOf(context, application),
    };
  },
);
