import { askTeamAgain } from '../../flows/propose-split.ts';
import { asId, type ApplicationId } from '../../ids.ts';
import { splitFor } from '../../views/splits.ts';
import { member, os } from '../base.ts';

export const createTeamRequest = os.program.createTeamRequest.handler(
  async ({ input, context: { context, caller } }) => {
    const me = member(caller);
    return splitFor(context, me, await askTeamAgain(context, me, asId<ApplicationId>(input.id)));
  },
);
