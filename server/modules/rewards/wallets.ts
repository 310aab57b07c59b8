import { sql } from 'kysely';
import { type AccountId, asId, newId, type WalletChallengeId, type WalletLinkId } from '../../ids.ts';
import type { Db, Tx } from '../../kit/database.ts';
import { isAnyOf } from '../../kit/is-any-of.ts';
import { refuse } from '../../refuse.ts';
import { walletForCut, type WalletLink } from './wallet-rules.ts';

/** What somebody was asked to sign. */
export type WalletChallenge = {
  id: WalletChallengeId;
  person_id: AccountId;
  chain_id: bigint;
  /** In lower case. */
  address: string;
  message: string;
  expires_at: Date;
};

/** A question for whoever wants to link a wallet. The one before it is void. */
export async function askToSign(
  tx: Tx,
  challenge: Omit<WalletChallenge, 'id'>,
  at: Date,
): Promise<WalletChallengeId> {
  const id = newId<WalletChallengeId>(at);
  const { person_id, ...asked } = { ...challenge, id };
  await tx
    .insertInto('rewards.wallet_challenge')
    .values({ person_id, ...asked })
    .onConflict((conflict) => conflict.column('person_id').doUpdateSet(asked))
    .execute();
  return id;
}

export async function challengeOf(db: Db, person_id: AccountId): Promise<WalletChallenge | null> {
  const row = await db
    .selectFrom('rewards.wallet_challenge')
    .selectAll()
    .where('person_id', '=', person_id)
    .executeTakeFirst();
  return row ? { ...row, id: asId(row.id), person_id } : null;
}

/**
 * Links the wallet of a challenge whose signature was checked. Using up the challenge makes those of one person wait
 * for each other, so that nobody has two wallets at once.
 */
export async function linkWallet(
  tx: Tx,
  { id: asked, ...challenge }: WalletChallenge,
  proven: { signature: string; counts_from: Date },
  at: Date,
): Promise<{ link: WalletLink; before: WalletLink | null }> {
  const { person_id, chain_id, address, message } = challenge;
  const used = await tx
    .deleteFrom('rewards.wallet_challenge')
    .where('person_id', '=', person_id)
    .where('id', '=', asked)
    .executeTakeFirst();
  if (used.numDeletedRows !== 1n) refuse('WALLET_CHALLENGE_UNKNOWN');
  await takeForEver(tx, { chain_id, address, person_id }, at);
  const before = await walletOf(tx, { chain_id, person_id });
  if (before?.address === address) refuse('WALLET_LINKED_ALREADY');
  if (before) await endLink(tx, { id: before.id, person_id }, at);
  const { counts_from, signature } = proven;
  const id = newId<WalletLinkId>(at);
  const link = { id, person_id, chain_id, address, linked_at: at, counts_from, ended_at: null };
  await tx
    .insertInto('rewards.wallet_link')
    .values({ ...link, message, signature })
    .execute();
  return { link, before };
}

/** The first who shows that a wallet is theirs has it, also after they unlinked it, and after they left. */
async function takeForEver(
  tx: Tx,
  wallet: Pick<WalletLink, 'chain_id' | 'address' | 'person_id'>,
  since: Date,
): Promise<void> {
  const { chain_id, address, person_id } = wallet;
  await tx
    .insertInto('rewards.wallet')
    .values({ ...wallet, since })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  const owners = await ownersOf(tx, chain_id, [address]);
  if (owners.get(address) !== person_id) refuse('WALLET_OF_ANOTHER');
}

/** Answers what was ended; nothing where there is no such link, it is somebody else's, or it ended before. */
export async function endLink(
  tx: Tx,
  { id, person_id }: { id: WalletLinkId; person_id: AccountId },
  at: Date,
): Promise<WalletLink | null> {
  const row = await tx
    .updateTable('rewards.wallet_link')
    // two processes whose clocks differ
    .set({ ended_at: sql<Date>`greatest(linked_at, ${at})` })
    .where('id', '=', id)
    .where('person_id', '=', person_id)
    .where('ended_at', 'is', null)
    .returning(COLUMNS)
    .executeTakeFirst();
  return row ? read(row) : null;
}

/** Of somebody who goes. What was cut for their wallets stays with these. */
export async function endLinksOf(tx: Tx, person_id: AccountId, at: Date): Promise<void> {
  await tx
    .updateTable('rewards.wallet_link')
    .set({ ended_at: sql<Date>`greatest(linked_at, ${at})` })
    .where('person_id', '=', person_id)
    .where('ended_at', 'is', null)
    .execute();
}

// reading ------------------------------------------------------------------------------------------------------------

const COLUMNS = ['id', 'person_id', 'chain_id', 'address', 'linked_at', 'counts_from', 'ended_at'] as const;
const links = (db: Db) => db.selectFrom('rewards.wallet_link').select(COLUMNS);
type Row = Awaited<ReturnType<ReturnType<typeof links>['executeTakeFirstOrThrow']>>;
const read = (row: Row): WalletLink => ({ ...row, id: asId(row.id), person_id: asId(row.person_id) });

type Of = { chain_id: bigint; person_id: AccountId };

const LINKS_MAX = 100;

/** Every wallet that somebody linked, the newest first. */
export async function linksOf(db: Db, { chain_id, person_id }: Of): Promise<WalletLink[]> {
  const rows = await links(db)
    .where('person_id', '=', person_id)
    .where('chain_id', '=', chain_id)
    .orderBy('linked_at', 'desc')
    .orderBy('id', 'desc')
    .limit(LINKS_MAX)
    .execute();
  return rows.map(read);
}

/** The one that is linked now, whether or not it counts yet. */
export async function walletOf(db: Db, { chain_id, person_id }: Of): Promise<WalletLink | null> {
  const row = await links(db)
    .where('person_id', '=', person_id)
    .where('chain_id', '=', chain_id)
    .where('ended_at', 'is', null)
    .executeTakeFirst();
  return row ? read(row) : null;
}

/**
 * For a cut at this instant: the wallet of each who has one that counts. Whoever is not in it waits, also who unlinked
 * theirs since: a cut takes seconds, and the brake is good until its last transaction.
 */
export async function walletsForCut(
  db: Db,
  { chain_id, person_ids, at }: { chain_id: bigint; person_ids: readonly AccountId[]; at: Date },
): Promise<Map<AccountId, string>> {
  if (person_ids.length === 0) return new Map();
  const rows = await links(db)
    .where('chain_id', '=', chain_id)
    .where(isAnyOf('person_id', person_ids))
    .where('ended_at', 'is', null)
    .execute();
  const byPerson = Map.groupBy(rows.map(read), ({ person_id }) => person_id);
  return new Map(
    [...byPerson].flatMap(([person_id, own]) => {
      const wallet = walletForCut(own, at);
      return wallet === null ? [] : [[person_id, wallet] as const];
    }),
  );
}

/** Whose each wallet is; those that nobody ever linked are not in it. */
export async function ownersOf(
  db: Db,
  chain_id: bigint,
  addresses: readonly string[],
): Promise<Map<string, AccountId>> {
  if (addresses.length === 0) return new Map();
  const rows = await db
    .selectFrom('rewards.wallet')
    .select(['address', 'person_id'])
    .where('chain_id', '=', chain_id)
    .where(sql<boolean>`address = any(${[...addresses]}::text[])`)
    .execute();
  return new Map(rows.map(({ address, person_id }) => [address, asId<AccountId>(person_id)]));
}

/** How many somebody ever had, on whatever chain. */
export async function countWallets(db: Db, person_id: AccountId): Promise<number> {
  const { n } = await db
    .selectFrom('rewards.wallet')
    .select(sql<number>`count(*)::int4`.as('n'))
    .where('person_id', '=', person_id)
    .executeTakeFirstOrThrow();
  return n;
}
