import { setTimeout as sleep } from 'node:timers/promises';
import { createORPCClient, ORPCError, safe } from '@orpc/client';
import type { ContractRouterClient } from '@orpc/contract';
import { OpenAPILink } from '@orpc/openapi-client/fetch';
import { contract } from '#api/index.ts';
import { FailureCode } from '#api/runners/create-failure.ts';
import type { Lease } from '#api/runners/shapes.ts';
import { type FileStore, sha256 } from '../kit/files.ts';
import type { Log } from '../kit/log.ts';
import type { EngineSuccess, MediaOutput } from '../modules/generation/index.ts';
import type { Job, Jobs } from './run-jobs.ts';

export type HttpJobs = {
  /** Where the product is, as browsers reach it. */
  url: string;
  token: string;
  pools: readonly string[];
  slots: number;
  /** Kinds of bindings that the engine runs, and what the machine has. */
  runs: readonly string[];
  features: readonly string[];
  vram_gib: number | null;
  /** Files of models, kept by their digests. */
  files: FileStore;
  log: Log;
};

type Api = ContractRouterClient<typeof contract>['runners'];
type Reach = HttpJobs & { api: Api; loaded: Set<string> };

const WAIT_MS = 20_000;
/** Models that the engine is taken to have at hand still. */
const LOADED_MAX = 8;
/** A report is made again until it is answered; the pauses, each longer than the last, come to 27.5 seconds of a lease of 30. */
const REPORT_TRIES = 11;
const REPORT_PAUSE_MS = 500;

/** Jobs of a product elsewhere, fetched with the token of a worker. */
export function httpJobs(options: HttpJobs): Jobs {
  const { url, token, pools, slots, runs, features, vram_gib } = options;
  const authorization = `Bearer ${token}`;
  const link = new OpenAPILink(contract, {
    url: `${url}/api/v1`,
    headers: { authorization },
    fetch: async (request, init) => asJson(await fetch(request, init)),
    customErrorResponseBodyDecoder: errorOfProblem,
  });
  const client: ContractRouterClient<typeof contract> = createORPCClient(link);
  const reach: Reach = { ...options, api: client.runners, loaded: new Set() };
  return {
    async take(limit, signal) {
      const claim = {
        pools: [...pools],
        slots,
        free: Math.min(limit, 64),
        releases_loaded: [...reach.loaded],
        runs: [...runs],
        features: [...features],
        vram_gib,
        wait_ms: WAIT_MS,
      };
      try {
        const { leases } = await reach.api.createClaim(claim, { signal });
        return leases.map((lease) => jobOf(reach, lease));
      } catch (error) {
        if (signal.aborted) return [];
        throw error;
      }
    },
  };
}

function jobOf(reach: Reach, lease: Lease): Job {
  const { api, log } = reach;
  const { lease_id, fence } = lease;
  const ref = { lease_id, fence };
  return {
    id: lease_id,
    async order() {
      const { generation_id, release, input, seed, limits } = lease.job;
      const { slug, modality, binding } = release;
      const files = await Promise.all(lease.files.map((file) => fileOf(reach, file)));
      remember(reach.loaded, release.id);
      return { generation_id, release: { slug, modality, binding, files }, input, seed, limits };
    },
    async beat(progress) {
      const [error, kept] = await safe(api.updateLease({ ...ref, progress }));
      if (isLost(error)) return 'lost';
      if (error) throw error;
      return kept.action === 'cancel' ? 'cancelled' : 'ours';
    },
    started: async () => void (await api.updateLease({ ...ref, started: true })),
    async deliver(result) {
      const outputs = await Promise.all(
        toSend(result).map(async ({ bytes, mime }, place) => {
          await send(reach, `${lease.outputs_url}/${place}?fence=${fence}`, bytes);
          return { place, sha256: sha256(bytes), mime };
        }),
      );
      const { inference_ms, runtime } = result;
      await report(log, lease_id, () => api.createCompletion({ ...ref, outputs, inference_ms, runtime }));
    },
    async fail({ code, message, retryable }) {
      const trouble = { code: known(code), message: message.slice(0, 500), retryable };
      await report(log, lease_id, () => api.createFailure({ ...ref, ...trouble }));
    },
    giveBack: () => report(log, lease_id, () => api.deleteLease(ref)),
    endCancelled: () =>
      report(log, lease_id, () =>
        api.createFailure({ ...ref, code: 'cancelled', message: 'cancelled', retryable: false }),
      ),
  };
}

/** What was made, and of a film its poster; everything else is made of these where they go. */
function toSend({ outputs }: EngineSuccess): { bytes: Uint8Array; mime: string }[] {
  const primary = outputs.filter(({ role }) => role === 'primary');
  const beside = primary.flatMap(({ modality, poster }: MediaOutput) =>
    modality === 'video' && poster ? [poster] : [],
  );
  return [...primary, ...beside].map(({ bytes, mime }) => ({ bytes, mime }));
}

const known = (code: string) => FailureCode.safeParse(code).data ?? 'runner_broke';

function remember(loaded: Set<string>, id: string): void {
  loaded.delete(id);
  loaded.add(id);
  const [oldest] = loaded;
  if (loaded.size > LOADED_MAX && oldest !== undefined) loaded.delete(oldest);
}

/** A file of a model, fetched once and kept under its digest. */
async function fileOf(reach: Reach, { role, sha256: digest, url }: Lease['files'][number]) {
  const { files } = reach;
  if (!(await files.holds(digest))) {
    const answer = await fetch(url, { headers: { authorization: `Bearer ${reach.token}` } });
    if (!answer.ok) throw new Error(`the file ${role} could not be fetched: ${answer.status}`);
    const stored = await files.put(new Uint8Array(await answer.arrayBuffer()));
    if (stored !== digest) throw new Error(`the file ${role} is not what its digest says`);
  }
  return { role, sha256: digest, path: files.pathOf(digest) };
}

async function send(reach: Reach, url: string, bytes: Uint8Array): Promise<void> {
  const headers = { authorization: `Bearer ${reach.token}`, 'content-type': 'application/octet-stream' };
  for (let tried = 1; ; tried += 1) {
    const body = new Blob([new Uint8Array(bytes)]);
    const answer = await fetch(url, { method: 'POST', headers, body }).catch(() => null);
    if (answer?.ok) return;
    // a lease that was lost is told by the completion
    if (answer?.status === 409) return;
    const mayPass = !answer || answer.status >= 500 || answer.status === 429;
    if (!mayPass || tried === REPORT_TRIES) throw new Error(`an output could not be sent: ${answer?.status}`);
    await sleep(REPORT_PAUSE_MS * tried);
  }
}

/** Reports until there is an answer; each of them may be said twice. A lease that was lost is nobody's trouble. */
async function report(log: Log, lease_id: string, say: () => Promise<unknown>): Promise<void> {
  for (let tried = 1; ; tried += 1) {
    const [error] = await safe(say());
    if (!error || isLost(error)) return;
    if (error instanceof ORPCError && error.code === 'OUTPUT_REJECTED') {
      log.warn({ lease_id, data: error.data }, 'what was sent was refused');
      return;
    }
    const mayPass = !(error instanceof ORPCError) || error.status >= 500 || error.status === 429;
    if (!mayPass || tried === REPORT_TRIES) throw error;
    await sleep(REPORT_PAUSE_MS * tried);
  }
}

const isLost = (error: unknown): boolean => error instanceof ORPCError && error.code === 'LEASE_LOST';

/** The link reads a body as JSON only under its plain name; problems come as application/problem+json. */
function asJson(response: Response): Response {
  if (!response.headers.get('content-type')?.startsWith('application/problem+json')) return response;
  const headers = new Headers(response.headers);
  headers.set('content-type', 'application/json');
  return new Response(response.body, { status: response.status, statusText: response.statusText, headers });
}

function errorOfProblem(body: unknown, response: { status: number }): ORPCError<string, unknown> | null {
  if (typeof body !== 'object' || body === null || !('code' in body) || typeof body.code !== 'string')
    return null;
  return new ORPCError(body.code, { status: response.status, data: body });
}
