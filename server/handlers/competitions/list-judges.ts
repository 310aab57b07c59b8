import { judgesOfRound } from '../../views/competitions/panels.ts';
import { os } from '../base.ts';

export const listJudges = os.competitions.listJudges.handler(({ input: { slug }, context: { context } }) =>
  judgesOfRound(context, slug),
);
