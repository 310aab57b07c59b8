import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { boot } from '../../server/boot.ts';
import { readConfig } from '../../server/config.ts';
import type { Context } from '../../server/context.ts';
import { buyPack } from '../../server/flows/buy-pack.ts';
import { signUp } from '../../server/flows/sign-up.ts';
import { startGeneration } from '../../server/flows/start-generation.ts';
import { type AccountId, asId, type GenerationId, type ReleaseId } from '../../server/ids.ts';
import type { Engine } from '../../server/modules/generation/index.ts';
import * as identity from '../../server/modules/identity/index.ts';
import * as registry from '../../server/modules/registry/index.ts';

/** The product on a durable database of its own, without runners and workers: a measurement starts them when it counts. */
export type Product = {
  context: Context;
  payers: readonly AccountId[];
  /** Starts one generation of Drift for a payer with credits to spare. */
  start(payer: AccountId): Promise<GenerationId>;
  close(): Promise<void>;
};

export async function openProduct(options: {
  engine: Engine;
  slots: number;
  payers: number;
}): Promise<Product> {
  const data_dir = await mkdtemp(path.join(tmpdir(), 'stellary-bench-generation-'));
  const env = { DATA_DIR: data_dir, PORT: '0', LOG_LEVEL: 'error', ROLES: 'relay' };
  const config = readConfig({ ...env, RUNNER_SLOTS: String(options.slots) });
  const { context, stop } = await boot(config, { engine: options.engine });
  const payers: AccountId[] = [];
  for (let n = 0; n < options.payers; n += 1) payers.push(await openPayer(context, n));
  const release_id = await releaseOf(context, 'drift');
  return {
    context,
    payers,
    start: (payer) =>
      startGeneration(context, payer, {
        ...{ key: randomUUID(), release_id, spend_first: 'paid' },
        input: { prompt: 'nothing is painted', width: 512, height: 512 },
      }),
    async close() {
      await stop();
      await rm(data_dir, { recursive: true, force: true });
    },
  };
}

export async function openPayer(context: Context, n: number): Promise<AccountId> {
  const wanted = {
    email: `payer-${n}@example.org`,
    password: 'correct horse battery',
    display_name: 'Payer',
  };
  const { account } = await signUp(context, identity.nobody, wanted, { user_agent: 'bench' });
  await buyPack(context, account.id, { key: randomUUID(), pack: 'pack-5000', payment: 'test' });
  return account.id;
}

export async function releaseOf({ db, clock }: Context, slug: string): Promise<ReleaseId> {
  const model = await registry.modelBySlug(db, slug);
  const release = model && (await registry.releasesInUse(db, [asId(model.id)], clock.now())).get(model.id);
  if (!release) throw new Error(`${slug} has no release in use`);
  return release.id;
}

/**
 * Paints nothing and answers at once, always with the same few bytes; `onRun` hears of each. As a picture it gets a
 * manifest of its own each time and is stored under a name of its own; a WebM film can carry none and is stored once.
 */
export async function idleEngine(
  kind: 'picture' | 'film',
  onRun: (generation_id: string) => void = () => {},
): Promise<Engine> {
  const master =
    kind === 'picture'
      ? { modality: 'image' as const, mime: 'image/webp', extension: 'webp' }
      : { modality: 'video' as const, mime: 'video/webm', extension: 'webm' };
  const size = { width: 16, height: 16 };
  const bytes = await sharp({ create: { ...size, channels: 3, background: '#808080' } })
    .webp()
    .toBuffer();
  return {
    run: async ({ generation_id }, { onEvent }) => {
      onRun(generation_id);
      onEvent({ type: 'started' });
      return {
        ok: true,
        outputs: [
          {
            ...{ role: 'primary', ...master, bytes },
            ...{ ...size, thumbnail: { mime: 'image/webp', bytes, ...size } },
          },
        ],
        inference_ms: 0,
        runtime: { name: 'none', version: '1', provider: 'none', arch: process.arch },
      };
    },
    close: () => Promise.resolve(),
  };
}
