import type { Db, Tx } from '../../kit/database.ts';

/** Where what we pay lies. An installation has one for ever: its accounts and leaves hang on it. */
export type KnownDeployment = {
  chain_id: bigint;
  token: string;
  distributor: string;
  timelock: string;
  /** No event of ours is older than this block. */
  deployed_at: bigint;
  is_embedded: boolean;
};

export async function deploymentOf(db: Db): Promise<KnownDeployment | null> {
  const row = await db
    .selectFrom('rewards.deployment')
    .select(['chain_id', 'token', 'distributor', 'timelock', 'deployed_at_block', 'is_embedded'])
    .executeTakeFirst();
  if (!row) return null;
  const { deployed_at_block: deployed_at, ...rest } = row;
  return { ...rest, deployed_at };
}

/** Of several processes that start at once one writes it. Answers whether it was this one. */
export async function writeDeployment(tx: Tx, deployment: KnownDeployment, at: Date): Promise<boolean> {
  const { chain_id, token, distributor, timelock, deployed_at, is_embedded } = deployment;
  const { numInsertedOrUpdatedRows } = await tx
    .insertInto('rewards.deployment')
    .values({
      ...{ chain_id, token, distributor, timelock, is_embedded },
      deployed_at_block: deployed_at,
      written_at: at,
    })
    .onConflict((taken) => taken.doNothing())
    .executeTakeFirst();
  return numInsertedOrUpdatedRows === 1n;
}
