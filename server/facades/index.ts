import type { Facade } from './facade.ts';
import { fal } from './fal.ts';
import { openai } from './openai.ts';
import { replicate } from './replicate.ts';

export { answerFacades } from './facade.ts';

/** The APIs of others that our models can be run by. */
export const facades: readonly Facade[] = [replicate, openai, fal];
