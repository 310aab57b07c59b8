import { cancelGeneration } from '../../flows/cancel-generation.ts';
import { asId, type GenerationId } from '../../ids.ts';
import { generationFor } from '../../views/generations.ts';
import { member, os } from '../base.ts';

export const createCancellation = os.generation.createCancellation.handler(
  async ({ input, context: { context, caller } }) => {
    const me = member(caller);
    const id = asId<GenerationId>(input.id);
    await cancelGeneration(context, me, id);
    return generationFor(context, me, id);
  },
);
