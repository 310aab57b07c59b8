import { asId, type GenerationId } from '../../ids.ts';
import { generationFor } from '../../views/generations.ts';
import { member, os } from '../base.ts';

export const getGeneration = os.generation.getGeneration.handler(({ input, context: { context, caller } }) =>
  generationFor(context, member(caller), asId<GenerationId>(input.id)),
);
