import { watchGenerations as watch } from '../../views/watch-generations.ts';
import { member, os } from '../base.ts';

export const watchGenerations = os.generation.watchGenerations.handler(async function* ({
  context: { context, caller, watching },
}) {
  yield* watch(context, member(caller), watching);
});
