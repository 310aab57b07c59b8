import { randomBytes } from 'node:crypto';
import { isAddress } from 'viem';
import type { Chain } from '../chain/index.ts';
import type { Context } from '../context.ts';
import type { AccountId, WalletChallengeId } from '../ids.ts';
import { present } from '../kit/assert.ts';
import { audit } from '../kit/audit.ts';
import * as identity from '../modules/identity/index.ts';
import * as rewards from '../modules/rewards/index.ts';
import { refuse } from '../refuse.ts';
import { walletsPage } from '../views/rewards/linked-wallets.ts';
import { shownAddress } from '../views/rewards/shown.ts';
import { chainAtHand, orAway } from './chain-at-hand.ts';
import { sendMail } from './send-mail.ts';

const SIGN_WITHIN_MS = 10 * 60_000;
const NONCE_BYTES = 16;

type Asked = { id: WalletChallengeId; message: string; expires_at: Date };

/** A member says which wallet, with their password, and is told what the wallet has to sign. */
export async function askToSign(
  context: Context,
  person_id: AccountId,
  asked: { address: string; password: string },
): Promise<Asked> {
  const { db, clock, database, origins } = context;
  const at = clock.now();
  const chain = chainAtHand(context);
  const address = payableAt(chain, asked.address);
  await identity.checkPassword(db, person_id, asked.password);
  const account = present(await identity.accountById(db, person_id), 'the account of the caller');
  const now = await rewards.walletOf(db, { chain_id: chain.id, person_id });
  if (now?.address === address) refuse('WALLET_LINKED_ALREADY');
  const expires_at = new Date(at.getTime() + SIGN_WITHIN_MS);
  const to = { address, chain_id: chain.id };
  const message = rewards.linkMessage({
    ...{ ...to, origin: origins.public, handle: account.handle },
    ...{ nonce: randomBytes(NONCE_BYTES).toString('hex'), asked_at: at, expires_at },
  });
  const challenge = { ...to, person_id, message, expires_at };
  const id = await database.inTransaction((tx) => rewards.askToSign(tx, challenge, at));
  return { id, message, expires_at };
}

/** In lower case; refused if it is mistyped, which its capitals tell, or if nobody holds a key of it. */
function payableAt({ token, distributor }: Pick<Chain, 'token' | 'distributor'>, given: string): string {
  const address = given.toLowerCase();
  if (!isAddress(given))
    refuse('INVALID_INPUT', {
      issues: [{ path: 'address', message: 'is mistyped: its capitals do not belong to these digits' }],
    });
  if (/^0x0{36}/.test(address) || address === token || address === distributor) refuse('WALLET_IMPOSSIBLE');
  return address;
}

/**
 * Links the wallet that signed, in place of the one before, and says so by letter. That a wallet is somebody else's is
 * told only to who can sign with it: others must not find out by asking who is paid where.
 */
export async function linkWallet(
  context: Context,
  person_id: AccountId,
  answer: { challenge_id: WalletChallengeId; signature: string },
): Promise<rewards.WalletLink> {
  const { db, clock, database, config } = context;
  const chain = chainAtHand(context);
  const challenge = await rewards.challengeOf(db, person_id);
  if (challenge?.id !== answer.challenge_id || challenge.chain_id !== chain.id)
    return refuse('WALLET_CHALLENGE_UNKNOWN');
  if (clock.now() >= challenge.expires_at) refuse('WALLET_CHALLENGE_EXPIRED');
  const { address, message } = challenge;
  if (!(await orAway(chain.verifySignature(address, message, answer.signature))))
    refuse('WALLET_SIGNATURE_WRONG');
  const at = clock.now();
  const counts_from = new Date(at.getTime() + config.wallet_wait_s * 1_000);
  const proven = { signature: answer.signature, counts_from };
  return database.inTransaction(async (tx) => {
    const { link, before } = await rewards.linkWallet(tx, challenge, proven, at);
    const detail = { address, before: before?.address ?? null };
    await audit(tx, { at, actor: person_id, act: 'wallet.link', subject: link.id, detail });
    const wallet = {
      address: shownAddress(address),
      counts_from,
      before: before && shownAddress(before.address),
    };
    const page = walletsPage(context);
    await sendMail(tx, context, person_id, (say) => say.walletLinkedLetter(page, wallet), at);
    return link;
  });
}
