import { roundPage } from '../../views/competitions/rounds.ts';
import { os } from '../base.ts';

export const getRound = os.competitions.getRound.handler(({ input, context: { context, caller } }) =>
  roundPage(context, caller, input.slug),
);
