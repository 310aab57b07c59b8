import { asId, type ApplicationId } from '../../ids.ts';
import { ownApplication } from '../../views/applications.ts';
import { revisionDiff } from '../../views/revision-diff.ts';
import { member, os } from '../base.ts';

export const getRevisionDiff = os.program.getRevisionDiff.handler(
  async ({ input, context: { context, caller } }) => {
    const { id } = await ownApplication(context, member(caller), asId<ApplicationId>(input.id));
    return revisionDiff(context, id, input);
  },
);
