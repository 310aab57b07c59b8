/** What people are written about where their rewards are paid, and admins when nothing is. */
import { instantOf, type Letter } from '../language.ts';
import { inStelai } from './stelai-words.ts';

export const walletLinkedLetter = (
  page: string,
  wallet: { address: string; counts_from: Date; before: string | null },
): Letter => ({
  subject: wallet.before === null ? 'A wallet was linked to your account' : 'Your wallet was changed',
  text: `What you win in $STELAI is paid to the wallet ${wallet.address} from ${instantOf(wallet.counts_from)} on.${
    wallet.before === null
      ? ''
      : ` It takes the place of ${wallet.before}, which keeps what was set aside for it before.`
  }\n\nIf it was not you: unlink it before then, and set a new password.\n${page}`,
  link: null,
});

export const walletUnlinkedLetter = (page: string, address: string): Letter => ({
  subject: 'Your wallet was unlinked',
  text: `The wallet ${address} was unlinked from your account. What you win in $STELAI waits until you link another; what was set aside for this wallet before is claimed with it as ever.\n\nIf it was not you, set a new password.\n${page}`,
  link: null,
});

export const claimableLetter = (
  page: string,
  { amount_nanos, wallet, epoch }: { amount_nanos: bigint; wallet: string; epoch: string },
): Letter => ({
  subject: `You can claim ${inStelai(amount_nanos)}`,
  // whoever has the letter still has to sign in, or to have the wallet
  text: `What you won came with epoch ${epoch}: ${inStelai(amount_nanos)} lie ready for your wallet ${wallet}, and do not lapse. Claim them with your wallet, or have us send them to it:\n${page}\n\nWe ask for no key and no payment. You can switch these letters off where you choose what you are told of.`,
  link: null,
});

export const rewardsHaltedLetter = (
  page: string,
  { code, says }: { code: string; says: string },
): Letter => ({
  subject: 'Payments of $STELAI stand still',
  text: `Our books and the chain do not say the same, so nothing is published, paid through us or booked until an admin has looked into it.\n\n${code}: ${says}\n\nWhat wallets were promised can still be claimed from the contract. If somebody else may be at work, have the guardian pause it first.\n${page}`,
  link: null,
});
