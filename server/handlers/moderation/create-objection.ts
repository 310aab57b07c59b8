import { object } from '../../flows/report.ts';
import { asId, type RulingId } from '../../ids.ts';
import { present } from '../../kit/assert.ts';
import { ownRulings } from '../../views/matters.ts';
import { member, os } from '../base.ts';

export const createObjection = os.moderation.createObjection.handler(
  async ({ input, context: { context, caller } }) => {
    const me = member(caller);
    await object(context, me, asId<RulingId>(input.id), input.text);
    const { items } = await ownRulings(context, me);
    return present(
      items.find(({ id }) => id === input.id),
      'a decision that was just objected to',
    );
  },
);
