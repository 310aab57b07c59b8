import { asId } from '../../ids.ts';
import { ownEntry } from '../../views/competitions/entries.ts';
import { member, os } from '../base.ts';

export const getEntry = os.competitions.getEntry.handler(({ input, context: { context, caller } }) =>
  ownEntry(context, member(caller), asId(input.id)),
);
