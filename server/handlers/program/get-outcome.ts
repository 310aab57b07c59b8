import { type ApplicationId, asId } from '../../ids.ts';
import { outcomePage } from '../../views/outcome.ts';
import { member, os } from '../base.ts';

export const getOutcome = os.program.getOutcome.handler(({ input, context: { context, caller } }) =>
  outcomePage(context, member(caller), asId<ApplicationId>(input.id)),
);
