import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import path from 'node:path';
import { UPLOAD_BYTES_MAX } from '#api/generation/input-pictures.ts';
import { LOOKUP_BYTES_MAX } from '#api/provenance/create-lookup.ts';
import { EDIT_CSV_BYTES_MAX } from '#api/registry/edit-shapes.ts';
import { PART_BYTES_MAX } from '#api/registry/model-upload-shapes.ts';
import { OUTPUT_BYTES_MAX } from '#api/runners/create-output.ts';
import type { Config } from '../config.ts';
import type { Context } from '../context.ts';
import { mayAppend } from '../flows/append-to-upload.ts';
import { mayBringFiles } from '../flows/may-bring-files.ts';
import { mayBring } from '../flows/worker-reports.ts';
import { letIn } from '../handlers/guard.ts';
import type { RequestContext } from '../handlers/request.ts';
import { asId, type ModelUploadId } from '../ids.ts';
import { grantTime } from '../kit/http/listen.ts';
import { readFileBody } from '../kit/http/read-file.ts';
import { networkOf } from '../kit/networks.ts';
import { createSeats, type Seats, type Sitter } from '../kit/seats.ts';
import type { Endpoint } from '../policy.ts';
import { refuse } from '../refuse.ts';

/** An endpoint of the contract whose body is a file (`z.file()`), read from the disk; all others take JSON. */
export type Upload = {
  endpoint: Endpoint;
  path: RegExp;
  bytes_max(config: Config): number;
  /** So that those whom anybody may take keep no worker from delivering, each has its own. */
  seats: Seats;
  /** What else must hold before the file is read. */
  admit?(asked: RequestContext, url: URL): Promise<void>;
};

export const UPLOADS: readonly Upload[] = [
  {
    endpoint: 'provenance.createLookup',
    path: /^\/api\/v1\/provenance\/lookups$/,
    bytes_max: () => LOOKUP_BYTES_MAX,
    seats: createSeats({ all: 6, each: 2, strangers: 3 }),
  },
  {
    endpoint: 'generation.createUpload',
    path: /^\/api\/v1\/uploads$/,
    bytes_max: () => UPLOAD_BYTES_MAX,
    seats: createSeats({ all: 8, each: 2, strangers: 0 }),
  },
  {
    endpoint: 'registry.createModelFile',
    path: /^\/api\/v1\/model-files$/,
    bytes_max: (config) => config.model_file_bytes_max,
    seats: createSeats({ all: 6, each: 4, strangers: 0 }),
    admit: ({ context, caller }) => mayBringFiles(context, caller),
  },
  {
    endpoint: 'registry.createEditImport',
    path: /^\/api\/v1\/edit-sets\/imports$/,
    bytes_max: () => EDIT_CSV_BYTES_MAX,
    seats: createSeats({ all: 4, each: 2, strangers: 0 }),
  },
  {
    endpoint: 'registry.createUploadPart',
    path: /^\/api\/v1\/model-uploads\/[^/]+\/parts$/,
    bytes_max: () => PART_BYTES_MAX,
    // each holds a connection to the database until its bytes are on the disk
    seats: createSeats({ all: 3, each: 2, strangers: 0 }),
    admit: async ({ context, caller }, { pathname, searchParams }) => {
      const id = UPLOAD_ID.exec(pathname)?.[1] ?? '';
      const offset = Number(searchParams.get('offset') ?? Number.NaN);
      // what is not even an id or a number is refused by the contract
      if (caller.account && UUID.test(id) && Number.isSafeInteger(offset) && offset >= 0)
        await mayAppend(context, caller.account.id, { id: asId<ModelUploadId>(id), offset });
    },
  },
  {
    endpoint: 'runners.createOutput',
    path: /^\/api\/v1\/runners\/leases\/[^/]+\/outputs\/[^/]+$/,
    bytes_max: () => OUTPUT_BYTES_MAX,
    seats: createSeats({ all: 16, each: 4, strangers: 0 }),
    admit: async ({ context, caller }, { pathname, searchParams }) => {
      const [lease_id, fence] = [LEASE_ID.exec(pathname)?.[1], searchParams.get('fence')];
      // what is not even an id is refused by the contract
      if (caller.worker_id && UUID.test(lease_id ?? '') && UUID.test(fence ?? ''))
        await mayBring(context, { worker_id: caller.worker_id, lease_id: lease_id!, fence: fence! });
    },
  },
];

const UPLOAD_ID = /\/model-uploads\/([^/]+)\//;
const LEASE_ID = /\/leases\/([^/]+)\//;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** The upload that a POST to this path would be. */
export const uploadAt = (path: string): Upload | null =>
  UPLOADS.find((upload) => upload.path.test(path)) ?? null;

/** Besides the 15 seconds of any request, so long for each megabyte. */
const MS_PER_MB = 4_000;
const PATIENCE_MS_MAX = 14 * 60_000;

/** Asks who calls and whether there is room for them, only then reads the file, and takes it away after the call. */
export async function receive(
  req: IncomingMessage,
  upload: Upload,
  asked: RequestContext,
  call: (file: File) => Promise<void>,
): Promise<void> {
  await letIn(upload.endpoint, asked);
  asked.let_in = upload.endpoint;
  await upload.admit?.(asked, new URL(req.url ?? '', 'http://here'));
  const known = asked.caller.account?.id ?? asked.caller.worker_id;
  const who = { name: known ?? networkOf(asked.request.ip), isStranger: known == null };
  await oneOfFew(upload, who, async () => {
    const bytes_max = upload.bytes_max(asked.context.config);
    grantTime(req, Math.min(PATIENCE_MS_MAX, 15_000 + (bytes_max / 1e6) * MS_PER_MB));
    const body = await readFileBody(req, await placeFor(asked.context), bytes_max);
    if (!body) refuse('FILE_TOO_LARGE', { bytes_max });
    try {
      await call(body.file);
    } finally {
      await body.discard();
    }
  });
}

export async function oneOfFew(
  { seats }: Pick<Upload, 'seats'>,
  who: Sitter,
  act: () => Promise<void>,
): Promise<void> {
  const leave = seats.take(who) ?? refuse('RATE_LIMITED', { retry_after_s: 10 });
  try {
    await act();
  } finally {
    leave();
  }
}

const FORGOTTEN_MS = 3_600_000;
const swept = new Set<string>();

async function placeFor({ config }: Context): Promise<string> {
  const folder = path.join(config.data_dir, 'scratch', 'uploads');
  await mkdir(folder, { recursive: true });
  if (!swept.has(folder)) await sweep(folder);
  swept.add(folder);
  return path.join(folder, randomUUID());
}

/** What came in when a process died is nobody's any more. */
async function sweep(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const file = path.join(folder, name);
    const found = await stat(file).catch(() => null);
    if (found && Date.now() - found.mtimeMs > FORGOTTEN_MS) await rm(file, { force: true });
  }
}

const SMALL_BYTES = 1_000_000;

/**
 * Whether a connection is worth keeping although not all of its request was read: what is small is let come, for
 * whoever still sends when the connection closes never hears the answer.
 */
export function mayGoOn(req: IncomingMessage): boolean {
  const { 'content-length': announced, 'transfer-encoding': streams } = req.headers;
  return req.complete || (streams === undefined && Number(announced ?? 0) <= SMALL_BYTES);
}
