import { setTimeout as sleep } from 'node:timers/promises';
import { createORPCClient, ORPCError, safe } from '@orpc/client';
import type { ContractRouterClient } from '@orpc/contract';
import type * as z from 'zod';
import { OpenAPILink } from '@orpc/openapi-client/fetch';
import { contract } from '#api/index.ts';
import { asJson, errorOfProblem } from '#api/problems.ts';
import type { OutputRole } from '#api/runners/create-completion.ts';
import { FailureCode } from '#api/runners/create-failure.ts';
import type { Lease, LeaseProgress } from '#api/runners/shapes.ts';
import { PREVIEW_BYTES_MAX } from '#api/runners/update-lease.ts';
import { type FileStore, sha256 } from '../kit/files.ts';
import type { Log } from '../kit/log.ts';
import type { EngineEvent, EngineSuccess, MediaOutput } from '../modules/generation/index.ts';
import type { Job, Jobs } from './run-jobs.ts';

export type HttpJobs = {
  /** Where the product is, as browsers reach it. */
  url: string;
  token: string;
  /** The pools that it would serve now. */
  pools(): Promise<readonly string[]>;
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
      const open = await pools();
      if (open.length === 0 || signal.aborted) return [];
      const claim = {
        pools: [...open],
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
  const told = tellingOf(api, ref);
  return {
    id: lease_id,
    async order() {
      const { generation_id, attempt, release, input, seed, limits } = lease.job;
      const { slug, modality, binding } = release;
      const files = await Promise.all(lease.files.map((file) => fileOf(reach, file)));
      remember(reach.loaded, release.id);
      const pictures = Object.fromEntries(
        lease.pictures.map(({ field, url, link, ...said }) => [
          field,
          { ...said, url: link, read: () => fetchPicture(reach, url) },
        ]),
      );
      const named = { slug, modality, binding, files };
      return { generation_id, attempt, release: named, input, pictures, seed, limits };
    },
    async beat(progress) {
      const [error, kept] = await safe(api.updateLease({ ...ref, progress }));
      if (isLost(error)) return 'lost';
      if (error) throw error;
      return kept.action === 'cancel' ? 'cancelled' : 'ours';
    },
    tell: told.hear,
    onCancelled: told.onCancelled,
    started: async () => void (await api.updateLease({ ...ref, started: true })),
    async deliver(result) {
      const outputs = await Promise.all(
        toSend(result).map(async ({ bytes, ...said }, place) => {
          await send(reach, `${lease.outputs_url}/${place}?fence=${fence}`, bytes);
          return { place, sha256: sha256(bytes), ...said };
        }),
      );
      const { inference_ms, runtime } = result;
      await report(log, lease_id, () => api.createCompletion({ ...ref, outputs, inference_ms, runtime }));
    },
    async fail({ code, message, retryable }) {
      const trouble = { code: known(code), message: message.slice(0, 500).toWellFormed(), retryable };
      await report(log, lease_id, () => api.createFailure({ ...ref, ...trouble }));
    },
    giveBack: () => report(log, lease_id, () => api.deleteLease(ref)),
    endCancelled: () =>
      report(log, lease_id, () =>
        api.createFailure({ ...ref, code: 'cancelled', message: 'cancelled', retryable: false }),
      ),
  };
}

/** What passes by is told no more often than this, the newest of each kind together. */
const TELL_EVERY_MS = 500;
type Telling = { progress: LeaseProgress | null; preview: string | null; log: string | null };
const NOTHING: Telling = { progress: null, preview: null, log: null };

/** Tells what passes by as it comes, one telling at a time, and hears by the answer whether the payer has cancelled. */
function tellingOf(api: Api, ref: { lease_id: string; fence: string }) {
  let next = NOTHING;
  let busy = false;
  let cancelled: () => void = () => {};
  async function tellAll(): Promise<void> {
    for (busy = true; next !== NOTHING; await sleep(TELL_EVERY_MS)) {
      const now = next;
      next = NOTHING;
      // whatever is not heard is told by the next, and a lease that is lost by the heartbeat
      const [, kept] = await safe(api.updateLease({ ...ref, ...now }));
      if (kept?.action === 'cancel') cancelled();
    }
    busy = false;
  }
  return {
    hear(event: EngineEvent): void {
      const more = asTold(event);
      if (!more) return;
      next = { ...next, ...more };
      if (!busy) void tellAll();
    },
    onCancelled(hear: () => void) {
      cancelled = hear;
      return () => void (cancelled = () => {});
    },
  };
}

function asTold(event: EngineEvent): Partial<Telling> | null {
  if (event.type === 'progress') {
    const { step, total, label } = event;
    return { progress: { step, total, label: label.slice(0, 120).toWellFormed() } };
  }
  if (event.type === 'log') return { log: event.text.slice(0, 300).toWellFormed() };
  if (event.type !== 'preview' || event.bytes.byteLength > PREVIEW_BYTES_MAX) return null;
  return { preview: Buffer.from(event.bytes).toString('base64') };
}

type Sent = Pick<MediaOutput, 'bytes' | 'mime' | 'storyboard'> & { role: z.infer<typeof OutputRole> };

/** What was made, of a film its poster, and what came with it; everything else is made of these where they go. */
function toSend({ outputs }: EngineSuccess): Sent[] {
  const primary = outputs.filter(({ role }) => role === 'primary');
  const beside = primary.flatMap(({ modality, poster }: MediaOutput) =>
    modality === 'video' && poster ? [poster] : [],
  );
  const works = [...primary, ...beside].map(({ bytes, mime }): Sent => ({ role: 'primary', bytes, mime }));
  const companions = outputs.flatMap(({ role, bytes, mime, storyboard }): Sent[] =>
    role === 'primary' || role === 'opus' ? [] : [{ role, bytes, mime, ...(storyboard && { storyboard }) }],
  );
  return [...works, ...companions];
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

/** Kept nowhere here. */
async function fetchPicture(reach: Reach, url: string): Promise<Uint8Array | null> {
  const answer = await fetch(url, { headers: { authorization: `Bearer ${reach.token}` } });
  if (answer.status === 404) return null;
  if (!answer.ok) throw new Error(`a picture could not be fetched: ${answer.status}`);
  return new Uint8Array(await answer.arrayBuffer());
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
