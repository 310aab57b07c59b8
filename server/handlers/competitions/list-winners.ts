import { hallOfWinners } from '../../views/competitions/winners.ts';
import { os } from '../base.ts';

export const listWinners = os.competitions.listWinners.handler(({ input, context: { context } }) =>
  hallOfWinners(context, input),
);
