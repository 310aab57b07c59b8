import { asId } from '../../ids.ts';
import { roundFile } from '../../views/competitions/round-desk.ts';
import { member, os } from '../base.ts';

export const getRoundFile = os.competitions.getRoundFile.handler(({ input, context: { context, caller } }) =>
  roundFile(context, member(caller), asId(input.id)),
);
