import type { Context } from '../context.ts';
import type { AccountId } from '../ids.ts';
import type { Tx } from '../kit/database.ts';
import { tell } from '../kit/outbox.ts';
import type { Letters } from '../letters.ts';
import * as identity from '../modules/identity/index.ts';
import * as marketplace from '../modules/marketplace/index.ts';
import * as rewards from '../modules/rewards/index.ts';
import { shownAddress } from '../views/rewards/shown.ts';
import { sendMails } from './send-mail.ts';

type Kind = 'claimable' | 'claim_paid';

/**
 * Tells whoever an epoch brought something to claim, here and by letter; whose award was taken wholly off what they owed
 * back has nothing to claim. As many statements for ten thousand winners as for one.
 */
export async function tellOfClaimable(
  tx: Tx,
  context: Pick<Context, 'config' | 'origins'>,
  { id, number }: rewards.CutEpoch,
  at: Date,
): Promise<void> {
  const brought = (await rewards.commitmentsOf(tx, id)).filter(({ amount_nanos }) => amount_nanos > 0n);
  const people = brought.map(({ person_id }) => person_id);
  const told = new Set(await tellThem(tx, people, { kind: 'claimable', about: id }, at));
  const page = `${context.origins.public}/rewards`;
  const letters = brought
    .filter(({ person_id }) => told.has(person_id))
    .map(({ person_id, wallet, amount_nanos }) => {
      const about = { amount_nanos, wallet: shownAddress(wallet), epoch: String(number) };
      return [person_id, (say: Letters) => say.claimableLetter(page, about)] as const;
    });
  await sendMails(tx, context, new Map(letters), at);
}

/** Tells whose wallet it is that it was paid. */
export async function tellOfPaid(
  tx: Tx,
  { chain_id }: rewards.KnownDeployment,
  { wallet, epoch }: { wallet: string; epoch: rewards.Epoch },
  at: Date,
): Promise<void> {
  const owner = (await rewards.ownersOf(tx, chain_id, [wallet])).get(wallet);
  if (owner) await tellThem(tx, [owner], { kind: 'claim_paid', about: epoch.id }, at);
}

/** Answers who wanted to hear it, and is still here. */
async function tellThem(
  tx: Tx,
  people: readonly AccountId[],
  about: { kind: Kind; about: string },
  at: Date,
): Promise<AccountId[]> {
  const left = await identity.leftAmong(tx, people);
  const here = people.filter((person_id) => !left.has(person_id));
  const told = await marketplace.tellMany(tx, here, { ...about, actor_id: null }, at);
  if (told.length > 0) await tell(tx, 'notifications.changed', { people: told }, at);
  return told;
}
