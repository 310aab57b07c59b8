import { roundList } from '../../views/competitions/rounds.ts';
import { os } from '../base.ts';

export const listRounds = os.competitions.listRounds.handler(({ input, context: { context, caller } }) =>
  roundList(context, caller, input),
);
