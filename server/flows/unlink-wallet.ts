import type { Context } from '../context.ts';
import type { AccountId, WalletLinkId } from '../ids.ts';
import { audit } from '../kit/audit.ts';
import * as rewards from '../modules/rewards/index.ts';
import { refuse } from '../refuse.ts';
import { walletsPage } from '../views/rewards/linked-wallets.ts';
import { shownAddress } from '../views/rewards/shown.ts';
import { sendMail } from './send-mail.ts';

/** From here on nothing is cut for it. What was cut stays in every later root. */
export async function unlinkWallet(context: Context, person_id: AccountId, id: WalletLinkId): Promise<void> {
  const at = context.clock.now();
  await context.database.inTransaction(async (tx) => {
    const { address } = (await rewards.endLink(tx, { id, person_id }, at)) ?? refuse('NOT_FOUND');
    await audit(tx, { at, actor: person_id, act: 'wallet.unlink', subject: id, detail: { address } });
    const page = walletsPage(context);
    await sendMail(
      tx,
      context,
      person_id,
      (say) => say.walletUnlinkedLetter(page, shownAddress(address)),
      at,
    );
  });
}
