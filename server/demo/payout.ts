import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts';
import type { Context } from '../context.ts';
import { approveEpoch } from '../flows/approve-epoch.ts';
import { draftEpoch } from '../flows/draft-epoch.ts';
import { askToSign, linkWallet } from '../flows/link-wallet.ts';
import type { AccountId } from '../ids.ts';
import { present } from '../kit/assert.ts';
import * as competitions from '../modules/competitions/index.ts';
import * as identity from '../modules/identity/index.ts';
import * as rewards from '../modules/rewards/index.ts';
import { nextCut } from '../views/rewards/next-cut.ts';
import { FINANCE, idOf } from './rounds.ts';

const SECOND_FINANCE = 'finance-2@demo.example';

/** Only a chain of its own is for the demo to write on. */
export const paysWinners = ({ config }: Pick<Context, 'config'>): boolean => config.chain.kind === 'embedded';

/** Where the key of the wallet lies that a winner links: what is sent there is not lost. */
export const walletFile = ({ config }: Pick<Context, 'config'>): string =>
  path.join(config.data_dir, 'demo-wallet.key');

/** Of those who took what they won, whoever won most links a wallet; the others have none yet. */
export async function linkWinner(context: Context, password: string): Promise<void> {
  if (!paysWinners(context)) return;
  const winners = await competitions.acceptedAwards(context.db);
  const [first] = winners.toSorted((one, other) => Number(other.amount_nanos - one.amount_nanos));
  if (!first) return;
  const key = generatePrivateKey();
  await writeFile(walletFile(context), `${key}\n`, { mode: 0o600 });
  const wallet = privateKeyToAccount(key);
  const asked = await askToSign(context, first.person_id, { address: wallet.address, password });
  const signature = await wallet.signMessage({ message: asked.message });
  await linkWallet(context, first.person_id, { challenge_id: asked.id, signature });
}

/** Two people of finance cut what is owed. The root goes to the chain once the product runs. */
export async function cutEpoch(context: Context): Promise<void> {
  const { db, clock } = context;
  const place = await rewards.deploymentOf(db);
  if (!paysWinners(context) || !place) return;
  const { added_nanos, digest } = await nextCut(db, place, clock.now());
  if (added_nanos === 0n) return;
  const id = await draftEpoch(context, await idOf(context, FINANCE));
  const { version } = present(await rewards.epochById(db, id), 'the epoch just proposed');
  await approveEpoch(context, await idOf(context, SECOND_FINANCE), {
    id,
    version,
    digest,
  });
}

/** Whom an epoch pays, and how much. */
export async function whoIsPaid({
  db,
}: Pick<Context, 'db'>): Promise<{ person_id: AccountId; email: string; amount_nanos: bigint } | null> {
  const epoch = (await rewards.epochUnderWay(db)) ?? (await rewards.liveEpoch(db));
  const [first] = epoch ? await rewards.commitmentsOf(db, epoch.id) : [];
  const account = first && (await identity.accountById(db, first.person_id));
  return first && account
    ? { person_id: first.person_id, email: account.email, amount_nanos: first.amount_nanos }
    : null;
}
