import { answerAward } from '../../flows/answer-award.ts';
import { asId, type AwardId } from '../../ids.ts';
import { ownAward } from '../../views/competitions/awards.ts';
import { member, os } from '../base.ts';

export const createAwardAnswer = os.competitions.createAwardAnswer.handler(
  async ({ input, context: { context, caller } }) => {
    const id = asId<AwardId>(input.id);
    await answerAward(context, member(caller), { ...input, id });
    return ownAward(context, member(caller), id);
  },
);
