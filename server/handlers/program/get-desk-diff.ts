import { asId, type ApplicationId } from '../../ids.ts';
import { deskDiff } from '../../views/revision-diff.ts';
import { member, os } from '../base.ts';

export const getDeskDiff = os.program.getDeskDiff.handler(({ input, context: { context, caller } }) =>
  deskDiff(context, member(caller), asId<ApplicationId>(input.id), input),
);
