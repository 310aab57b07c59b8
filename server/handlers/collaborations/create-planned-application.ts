import { applyWithPlan } from '../../flows/propose-collaboration.ts';
import { asId, type CollaborationId } from '../../ids.ts';
import { member, os } from '../base.ts';

export const createPlannedApplication = os.collaborations.createPlannedApplication.handler(
  async ({ input, context: { context, caller } }) => ({
    id: await applyWithPlan(context, member(caller), asId<CollaborationId>(input.id)),
  }),
);
