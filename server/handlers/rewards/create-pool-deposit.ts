import { fundPool } from '../../flows/fund-pool.ts';
import { member, os } from '../base.ts';

export const createPoolDeposit = os.rewards.createPoolDeposit.handler(
  async ({ input: { headers, body }, context: { context, caller } }) => {
    const amount_nanos = BigInt(body.amount_nanos);
    await fundPool(context, member(caller), { key: headers['idempotency-key'], amount_nanos });
    return { accepted: true };
  },
);
