import type { Binding } from '#api/registry/binding.ts';
import type { Engine } from './types.ts';

/** One engine out of several: each job goes to the one that runs releases bound as its own is. */
export function engineOutOf(engines: Partial<Record<Binding['kind'], Engine>>): Engine {
  return {
    async run(job, options) {
      const engine = engines[job.release.binding.kind];
      if (engine) return engine.run(job, options);
      return {
        ok: false,
        code: 'runner_unavailable',
        message: `nothing here runs a release of kind ${job.release.binding.kind}`,
        retryable: true,
      };
    },
    async close() {
      await Promise.all(Object.values(engines).map((engine) => engine.close()));
    },
  };
}
