import { endSchedule } from '../../flows/schedule-exports.ts';
import { asId } from '../../ids.ts';
import { member, os } from '../base.ts';

export const deleteSchedule = os.analytics.deleteSchedule.handler(({ input, context: { context, caller } }) =>
  endSchedule(context, member(caller), asId(input.id)),
);
