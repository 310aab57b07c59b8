import {
  createOutside,
  type Endpoint,
  type EngineEvent,
  type Outside,
} from '../../server/modules/generation/index.ts';
import type { Peer } from './peer.ts';
import { TOKEN } from './peer.ts';

type Job = Parameters<Outside['engine']['run']>[0];
type Binding = Job['release']['binding'];

/** One outside engine with nothing around it: what it makes is left as it came. */
export function openBench(
  at: Pick<Peer, 'url'>,
  binding: Extract<Binding, { endpoint: string }>,
  token = TOKEN,
) {
  const listed: Endpoint = {
    ...{ name: binding.endpoint, kind: binding.kind, url: at.url, token: token ? () => token : null },
    ...{ slots: 2, wall_ms_max: null, output_hosts: [] },
  };
  const outside = createOutside({
    endpoints: [listed],
    rest_ms: 0,
    finishing: {
      finish: async (artifacts) =>
        artifacts.map(({ bytes, mime }) => ({
          ...{ role: 'primary', modality: 'image', extension: 'png', bytes, mime },
        })),
      preview: async ({ bytes }) => bytes,
    },
  });
  return {
    health: () => outside.health(binding.endpoint),
    close: () => outside.engine.close(),
    async run(changes: Partial<Job>, signal = new AbortController().signal) {
      const events: EngineEvent[] = [];
      const job: Job = {
        ...{ generation_id: 'a generation', attempt: 1, seed: 7, input: { prompt: 'a boat' } },
        release: { binding, slug: 'painter', modality: 'image', files: [] },
        limits: { wall_ms_max: 5_000, memory_bytes_max: 1e9, output_bytes_max: 20e6 },
        ...changes,
      };
      const result = await outside.engine.run(job, { signal, onEvent: (event) => events.push(event) });
      return { result, events };
    },
  };
}
