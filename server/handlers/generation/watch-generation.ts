import { asId, type GenerationId } from '../../ids.ts';
import { generationFor } from '../../views/generations.ts';
import { watchGeneration as watch } from '../../views/watch-generation.ts';
import { member, os } from '../base.ts';

export const watchGeneration = os.generation.watchGeneration.handler(async function* ({
  input,
  context: { context, caller, watching },
}) {
  const me = member(caller);
  const id = asId<GenerationId>(input.id);
  await generationFor(context, me, id); // a foreign id is refused before the stream opens
  yield* watch(context, me, id, watching);
});
