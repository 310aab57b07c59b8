import { treasuryForMany } from '../../views/rewards/treasury.ts';
import { os } from '../base.ts';

export const getTreasury = os.rewards.getTreasury.handler(({ context: { context } }) =>
  treasuryForMany(context),
);
