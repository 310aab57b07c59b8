import { asId, type ApplicationId } from '../../ids.ts';
import { ownApplication, revisionList } from '../../views/applications.ts';
import { member, os } from '../base.ts';

export const listRevisions = os.program.listRevisions.handler(
  async ({ input, context: { context, caller } }) => {
    const { id } = await ownApplication(context, member(caller), asId<ApplicationId>(input.id));
    return revisionList(context, id);
  },
);
