import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { ModelFile } from './protocol.ts';
import type { EngineFailure, ReleaseFiles } from './types.ts';

/** Files that a child has been given; it keeps them. */
const heldBy = new WeakMap<object, Set<string>>();

/** The files that the child has not been given yet come with their bytes, checked against their digests. */
export async function readFiles(
  { slug, files }: ReleaseFiles,
  child: object,
  /** what it is called where one of them is not as it should be */
  code: 'model_error' | 'model_invalid',
): Promise<ModelFile[] | EngineFailure> {
  const read: ModelFile[] = [];
  const held = heldBy.get(child);
  for (const { role, path, sha256 } of files) {
    if (held?.has(sha256)) {
      read.push({ role, sha256 });
      continue;
    }
    const bytes = await readFile(path).catch(() => null);
    if (!bytes)
      return { ok: false, code, message: `file ${role} of ${slug} cannot be read`, retryable: true };
    if (createHash('sha256').update(bytes).digest('hex') !== sha256)
      return {
        ok: false,
        code,
        message: `file ${role} of ${slug} does not match its digest`,
        retryable: false,
      };
    read.push({ role, sha256, bytes });
  }
  return read;
}

/** Noted only when they are sent: of what was read and then not sent the child has nothing. */
export function noteSent(child: object, files: readonly ModelFile[]): void {
  heldBy.set(child, new Set([...(heldBy.get(child) ?? []), ...files.map(({ sha256 }) => sha256)]));
}
