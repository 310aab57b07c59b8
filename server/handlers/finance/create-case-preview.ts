import { caseBefore } from '../../flows/look-up.ts';
import { asId, type GenerationId } from '../../ids.ts';
import { member, os } from '../base.ts';

export const createCasePreview = os.finance.createCasePreview.handler(
  ({ input, context: { context, caller } }) =>
    caseBefore(
      context,
      member(caller),
      input.generation_ids.map((id) => asId<GenerationId>(id)),
    ),
);
