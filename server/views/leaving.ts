import type { Leaving } from '#api/identity/leaving-shapes.ts';
import { LEAVING_DAYS } from '#api/identity/leaving-words.ts';
import type { Context } from '../context.ts';
import type { AccountId } from '../ids.ts';
import { present } from '../kit/assert.ts';
import type { Db } from '../kit/database.ts';
import { micros } from '../kit/money.ts';
import * as competitions from '../modules/competitions/index.ts';
import * as earnings from '../modules/earnings/index.ts';
import * as generation from '../modules/generation/index.ts';
import * as identity from '../modules/identity/index.ts';
import * as marketplace from '../modules/marketplace/index.ts';
import * as program from '../modules/program/index.ts';
import * as registry from '../modules/registry/index.ts';
import * as rewards from '../modules/rewards/index.ts';
import { balancesOf } from './earnings.ts';
import { walletOf } from './wallet.ts';

export type Block = Leaving['blocks'][number];

/** What would become of an account, in figures of this account. */
export async function leavingPage(context: Context, account_id: AccountId): Promise<Leaving> {
  const { db, clock } = context;
  const at = clock.now();
  const account = present(await identity.accountById(db, account_id), 'the account of the caller');
  const leaving = await identity.leavingOf(db, account_id);
  const models = await modelsOf(db, account_id, at);
  const uses = await marketplace.usesOf(
    db,
    models.map(({ id }) => id),
  );
  const money = await moneyOf(context, account_id);
  return {
    waiting:
      leaving?.state === 'waiting'
        ? { asked_at: leaving.asked_at.toISOString(), due_at: leaving.due_at.toISOString() }
        : null,
    days: LEAVING_DAYS,
    confirmation: account.handle,
    money,
    gives_up: givesUp(money),
    models: models.map(({ id, slug, title, release_ids, children, sharers }) => ({
      ...{ slug, title, children, sharers, in_use: release_ids.length > 0 },
      generations: uses.get(id) ?? 0,
    })),
    has: await whatTheyHave(db, account_id, at),
    blocks: await blocksOf(db, account_id, at),
  };
}

export const givesUp = ({ paid_micros, earned_micros }: Leaving['money']): boolean =>
  BigInt(paid_micros) > 0n || BigInt(earned_micros) > 0n;

export async function moneyOf(context: Context, account_id: AccountId): Promise<Leaving['money']> {
  const [wallet, balances] = await Promise.all([
    walletOf(context, account_id),
    balancesOf(context, account_id),
  ]);
  const { receivable_micros, ...earned } = balances;
  const sum = Object.values(earned).reduce((whole, part) => whole + BigInt(part), 0n);
  const debt = BigInt(receivable_micros);
  return {
    paid_micros: wallet.paid.available_micros,
    promo_micros: wallet.promo.available_micros,
    held_micros: wallet.held_micros,
    earned_micros: micros(sum),
    owed_micros: micros(debt < 0n ? -debt : debt),
  };
}

async function whatTheyHave(db: Db, account_id: AccountId, at: Date): Promise<Leaving['has']> {
  const [shown, kept, parts, applications, agreements, shares, keys, wallets] = await Promise.all([
    marketplace.shownAndSaidBy(db, account_id),
    generation.keptBy(db, account_id),
    competitions.partsIn(db, account_id),
    program.applicationsToEnd(db, account_id),
    program.countAgreements(db, account_id),
    earnings.sharesOf(db, account_id),
    identity.keysOf(db, account_id, at),
    rewards.countWallets(db, account_id),
  ]);
  const { entries_open, entries_kept, awards_open } = parts;
  return {
    ...{ ...shown, ...kept, entries_open, entries_kept, awards_open, agreements, shares },
    ...{ applications: applications.length, api_keys: keys.length, wallets },
  };
}

type Owned = registry.ModelLeft & { sharers: number };

async function modelsOf(db: Db, account_id: AccountId, at: Date): Promise<Owned[]> {
  const models = await registry.modelsLeftBy(db, account_id);
  return Promise.all(
    models.map(async (model) => {
      const split = await earnings.splitInForce(db, model.id, at);
      const sharers = split?.parts.filter(({ person_id }) => person_id !== account_id).length ?? 0;
      return { ...model, sharers };
    }),
  );
}

/** What stands in the way of leaving: what would leave others without an answer, or take their word from somebody. */
export async function blocksOf(db: Db, account_id: AccountId, at: Date): Promise<Block[]> {
  const account = await identity.accountById(db, account_id);
  const block = (code: Block['code'], subject: string | null = null, slug: string | null = null) => ({
    ...{ code, subject, slug },
  });
  const blocks: Block[] = [];
  if (account?.email.endsWith('@house.invalid')) blocks.push(block('house'));
  for (const role of account?.roles ?? []) {
    if (role === 'member' || role === 'creator') continue;
    const alone = role === 'admin' && (await identity.isLastAdmin(db, account_id));
    blocks.push(block(alone ? 'last_admin' : 'staff_role', role));
  }
  const [parts, matters, models] = await Promise.all([
    competitions.partsIn(db, account_id),
    earnings.openMattersOf(db, account_id),
    modelsOf(db, account_id, at),
  ]);
  if (parts.on_panels > 0) blocks.push(block('on_panel'));
  for (const { slug, title, release_ids, sharers } of models)
    if (sharers > 0 && release_ids.length > 0) blocks.push(block('model_with_others', title, slug));
  if (matters.cases > 0) blocks.push(block('money_case'));
  if (matters.claims > 0) blocks.push(block('claim'));
  if (parts.cases_open > 0) blocks.push(block('integrity_case'));
  return blocks;
}
