import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import { UNEXPLAINED } from '../server/views/explained.ts';
import { verifyMedia, verifyMoney } from '../server/views/invariants.ts';
import type { Visitor } from './client.ts';
import { eventually } from './eventually.ts';
import type { World } from './world.ts';

/** What people do in nearly every story, in one line each. */

export async function releaseOf(person: Visitor, slug = 'drift'): Promise<string> {
  const { release_id } = await person.api.registry.getModel({ slug });
  if (release_id === null) throw new Error(`${slug} has no release in use`);
  return release_id;
}

type Wish = {
  release_id: string;
  input?: Record<string, unknown>;
  key?: string;
  quote?: string;
  spend_first?: 'promo' | 'paid';
};

/** The smallest picture, one credit. */
export const SMALL = { prompt: 'golden silk', width: 256, height: 256 };

export function start(person: Visitor, { key = randomUUID(), input = SMALL, ...wish }: Wish) {
  return person.api.generation.createGeneration({
    headers: { 'idempotency-key': key },
    body: { input, ...wish },
  });
}

export function buy(
  person: Visitor,
  pack: 'pack-1000' | 'pack-3000' | 'pack-5000',
  key: string = randomUUID(),
) {
  return person.api.wallet.createPurchase({
    headers: { 'idempotency-key': key },
    body: { pack, payment: 'test' },
  });
}

/** The generation once it has ended, however it ended. */
export const ended = (person: Visitor, id: string, patience_ms?: number) =>
  eventually(
    `generation ${id} ends`,
    async () => {
      const generation = await person.api.generation.getGeneration({ id });
      return generation.ended_at !== null && generation;
    },
    patience_ms,
  );

export const reaches = (person: Visitor, id: string, state: string) =>
  eventually(`generation ${id} is ${state}`, async () => {
    const generation = await person.api.generation.getGeneration({ id });
    return generation.state === state && generation;
  });

export const walletOf = (person: Visitor) => person.api.wallet.getWallet({});

/** Free and held credits, in whole credits. */
export async function creditsOf(person: Visitor): Promise<{ available: number; held: number }> {
  const { available_micros, held_micros } = await walletOf(person);
  return { available: Number(available_micros) / 1e6, held: Number(held_micros) / 1e6 };
}

/**
 * `but`: postings of kinds that no act of the product makes yet, which a story made by hand and which nothing explains.
 */
export async function expectEverythingHolds(
  { context }: World,
  { but = [] }: { but?: readonly string[] } = {},
): Promise<void> {
  const { checked, violations } = await verifyMoney(context.db, 'full', context.clock.now());
  expect(checked.length).toBeGreaterThan(10);
  const unexplained = new Set(but);
  const isMeant = ({ invariant, subject }: (typeof violations)[number]) =>
    invariant === UNEXPLAINED && unexplained.has(subject.split(' ')[0] ?? '');
  expect(violations.filter((violation) => !isMeant(violation))).toEqual([]);
  expect(violations.some(isMeant)).toBe(but.length > 0);
  expect((await verifyMedia(context)).violations).toEqual([]);
}

export const micros = (text: string) => BigInt(text);
export const total = (parts: readonly { amount_micros: string }[]) =>
  parts.reduce((sum, { amount_micros }) => sum + BigInt(amount_micros), 0n);
