import { answerInvitation } from '../../flows/answer-invitation.ts';
import { asId, type SplitProposalId } from '../../ids.ts';
import { invitation } from '../../views/splits.ts';
import { member, os } from '../base.ts';

export const createInvitationAnswer = os.program.createInvitationAnswer.handler(
  async ({ input: { answer, ...input }, context: { context, caller } }) => {
    const me = member(caller);
    const id = asId<SplitProposalId>(input.id);
    await answerInvitation(context, me, { id, answer });
    return invitation(context, me, id);
  },
);
