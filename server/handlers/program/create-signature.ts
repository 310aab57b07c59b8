import { signDecision } from '../../flows/decide-application.ts';
import { type ApplicationId, asId } from '../../ids.ts';
import { deskFile } from '../../views/desk.ts';
import { member, os } from '../base.ts';
import { deskViewer } from './desk.ts';

export const createSignature = os.program.createSignature.handler(
  async ({ input: { id, ...input }, context: { context, caller } }) => {
    const application_id = asId<ApplicationId>(id);
    await signDecision(context, { ...input, chair_id: member(caller), application_id });
    return deskFile(context, deskViewer(caller), application_id);
  },
);
