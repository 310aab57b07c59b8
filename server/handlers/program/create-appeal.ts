import { appeal } from '../../flows/appeal.ts';
import { type ApplicationId, asId } from '../../ids.ts';
import { outcomePage } from '../../views/outcome.ts';
import { member, os } from '../base.ts';

export const createAppeal = os.program.createAppeal.handler(
  async ({ input, context: { context, caller } }) => {
    const me = member(caller);
    const application_id = asId<ApplicationId>(input.id);
    await appeal(context, me, { application_id, version: input.version, grounds: input.grounds });
    return outcomePage(context, me, application_id);
  },
);
