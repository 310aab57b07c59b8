import * as z from 'zod';
import { Slug } from '#api/base.ts';
import { Binding, poolOf } from '#api/registry/binding.ts';
import type { Log } from '../kit/log.ts';
import {
  createOutside,
  type Desk,
  type Endpoint,
  type Engine,
  finishingAt,
} from '../modules/generation/index.ts';

/** What a machine does with the jobs of a pool that others fetch from: which of its own engines makes them, and how. */
export const LocalModel = z.strictObject({
  pool: z.string().regex(/^pull:[a-z0-9][a-z0-9-]{0,62}$/, 'pull: and the name of a pool'),
  /** Only this model of the pool; left out, all that have no line of their own. */
  model: Slug.optional(),
  /** As a release is bound to an engine outside. */
  binding: Binding.refine((binding) => 'endpoint' in binding, 'cog, comfyui, openai-images or replicate'),
  /** Files of a release by their role: under which name of the input the engine is told where they lie here. */
  files: z.record(z.string(), z.string().min(1).max(60)).default({}),
});
export type LocalModel = z.infer<typeof LocalModel>;

export type LocalEngines = {
  engine: Engine;
  /** Of these pools, those whose engines would take a job now: no other is asked for any. */
  open(pools: readonly string[]): Promise<string[]>;
};

/** Engines on this machine or beside it, for pools that the product knows only by name. */
export function createLocalEngines(options: {
  endpoints: readonly Endpoint[];
  models: readonly LocalModel[];
  desk: Pick<Desk, 'do'>;
  log: Log;
}): LocalEngines {
  const { endpoints, models, desk, log } = options;
  const outside = createOutside({
    endpoints,
    finishing: {
      // whoever ordered it takes it apart and encodes it: once is enough
      async finish(artifacts, { release: { modality } }) {
        return artifacts.map(({ bytes, mime }) => ({
          ...{ role: 'primary', modality, extension: 'bin', bytes },
          mime: (mime || 'application/octet-stream').slice(0, 100),
        }));
      },
      preview: finishingAt(desk).preview,
    },
    log: (line) => log.warn({ engine: line }, 'engine'),
  });
  const missed = new Map<string, string>();

  async function isOpen(name: string): Promise<boolean> {
    const { state, reason } = await outside.health(name);
    const kind = endpoints.find((endpoint) => endpoint.name === name)?.kind;
    // Cog refuses what comes while it is full; the others have a queue
    const takes = state === 'ready' || (state === 'busy' && kind !== 'cog');
    const now = takes || state === 'busy' ? '' : `${name} is ${state}${reason ? `: ${reason}` : ''}`;
    if (now && missed.get(name) !== now) log.warn({ engine: now }, 'nothing is fetched for an engine');
    if (!now && missed.delete(name)) log.info({ engine: name }, 'an engine is back');
    if (now) missed.set(name, now);
    return takes;
  }

  return {
    engine: {
      async run(job, running) {
        const local = lineOf(models, job.release);
        if (!local) {
          const message = `this machine has no engine for ${job.release.slug}`;
          return { ok: false, code: 'runner_unavailable', message, retryable: true };
        }
        const places = job.release.files.flatMap(({ role, path }) =>
          Object.hasOwn(local.files, role) ? [[local.files[role], path]] : [],
        );
        const input = { ...job.input, ...Object.fromEntries(places) };
        return outside.engine.run(
          { ...job, input, release: { ...job.release, binding: local.binding } },
          running,
        );
      },
      close: outside.engine.close,
    },
    async open(pools) {
      const standing = pools.map(async (pool) => {
        const names = new Set(
          models.flatMap(({ pool: of, binding }) =>
            of === pool && 'endpoint' in binding ? [binding.endpoint] : [],
          ),
        );
        return (await Promise.all([...names].map(isOpen))).every(Boolean);
      });
      const open = await Promise.all(standing);
      return pools.filter((_, place) => open[place]);
    },
  };
}

function lineOf(models: readonly LocalModel[], { binding, slug }: { binding: Binding; slug: string }) {
  const ofPool = models.filter(({ pool }) => pool === poolOf(binding));
  return ofPool.find(({ model }) => model === slug) ?? ofPool.find(({ model }) => model === undefined);
}
