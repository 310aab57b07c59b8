import { buyPack } from '../../flows/buy-pack.ts';
import { presentPack } from '../../views/packs.ts';
import { walletOf } from '../../views/wallet.ts';
import { member, os } from '../base.ts';

export const createPurchase = os.wallet.createPurchase.handler(
  async ({ input, context: { context, caller } }) => {
    const me = member(caller);
    const { pack, payment } = input.body;
    const purchase_id = await buyPack(context, me, { key: input.headers['idempotency-key'], pack, payment });
    return { purchase_id, pack: presentPack(pack), wallet: await walletOf(context, me) };
  },
);
