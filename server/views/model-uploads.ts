import type * as z from 'zod';
import type { ModelUpload, UploadCheck } from '#api/registry/model-upload-shapes.ts';
import type { Context } from '../context.ts';
import type { AccountId, ModelUploadId } from '../ids.ts';
import { actsFrom } from '../kit/state-machine.ts';
import * as registry from '../modules/registry/index.ts';
import { refuse } from '../refuse.ts';
import { no, YES } from './can.ts';
import { presentModelFile } from './model-files.ts';

/** How far somebody's upload and its checks are. */
export async function modelUpload(
  context: Context,
  uploader_id: AccountId,
  id: ModelUploadId,
): Promise<ModelUpload> {
  const upload = await registry.uploadById(context.db, id);
  if (upload?.uploader_id !== uploader_id) return refuse('NOT_FOUND');
  return presentUpload(context, upload);
}

export async function modelUploadList(context: Context, uploader_id: AccountId) {
  const uploads = await registry.unfinishedUploadsOf(context.db, uploader_id);
  return { items: await Promise.all(uploads.map((upload) => presentUpload(context, upload))) };
}

async function presentUpload({ db }: Context, upload: registry.ModelUpload): Promise<ModelUpload> {
  const { id, name, bytes, received, expected_digest, state, checked, refusal, digest } = upload;
  const file = digest ? await registry.modelFile(db, digest) : undefined;
  const acts = actsFrom(registry.modelUploadMachine, state, 'uploader');
  const over = no('All of it is here, or it has ended.');
  return {
    ...{ id, name, bytes, received, state, checked, refusal },
    expected_digest: expected_digest && `sha256:${expected_digest}`,
    checks: checksOf(upload),
    file: file ? presentModelFile({ ...file, name }) : null,
    created_at: upload.created_at.toISOString(),
    expires_at: upload.expires_at.toISOString(),
    can: {
      append: state === 'open' ? YES : over,
      cancel: acts.includes('cancel') ? YES : over,
      check: acts.includes('retry') ? YES : no('It is checked by itself, or it has ended.'),
    },
  };
}

type Check = z.infer<typeof UploadCheck>;

/** The checks in the order in which they are done; one that refuses is the last one that was done. */
function checksOf(upload: registry.ModelUpload): Check[] {
  const { state, bytes, received, format, gate_passed, checked, refusal } = upload;
  const stored = state === 'stored';
  const checking = state === 'checking';
  const refused = refusal && { at: refusedBy(upload), why: refusal.why };
  const check = (name: Check['name'], passed: boolean, running: boolean, detail: string | null): Check => {
    if (refused?.at === name) return { name, state: 'refused', detail: refused.why };
    const now = passed ? 'passed' : running && !refused ? 'running' : 'waiting';
    return { name, state: now, detail: now === 'waiting' ? null : detail };
  };
  const read = checking ? `${Math.floor((100 * checked) / bytes)} % read` : null;
  // what was announced is compared at the end, so whatever else was looked at had passed
  const wrong_sum = refusal?.code === 'CHECKSUM_WRONG';
  return [
    check('received', received === bytes, state === 'open', `${received} of ${bytes} bytes`),
    check('format', format !== null, state === 'open' && received > 0, format),
    check('gate', gate_passed, checking && format !== null, null),
    check('tensors', stored || wrong_sum, checking && gate_passed, read),
    check('digest', stored, checking && gate_passed, upload.digest ? `sha256:${upload.digest}` : read),
  ];
}

function refusedBy({ refusal, format, gate_passed }: registry.ModelUpload): Check['name'] {
  if (refusal?.code === 'CHECKSUM_WRONG') return 'digest';
  if (refusal?.code === 'DRAFT_LOST') return 'received';
  if (format === null) return 'format';
  return gate_passed ? 'tensors' : 'gate';
}
