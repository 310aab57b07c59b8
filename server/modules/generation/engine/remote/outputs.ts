import type { EngineJob } from '../types.ts';
import type { Artifact } from './endpoint.ts';
import type { Line } from './http.ts';
import { outputRejected, Trouble } from './trouble.ts';

export const OUTPUTS_MAX = 8;
/** What base64 and JSON may add to the bytes of a result. */
export const inJson = (bytes: number) => Math.ceil(bytes * 1.4) + 1_000_000;

/** The files in an output as Cog and Replicate give it: addresses and data URLs, alone, in lists or by name. */
export async function artifactsOf(
  output: unknown,
  { line, signal, job }: { line: Line; signal: AbortSignal; job: EngineJob },
): Promise<Artifact[]> {
  const strings = stringsIn(output);
  const addresses = strings.filter((text) => /^(data:|https?:\/\/)/.test(text));
  if (strings.length === 0) throw outputRejected('the engine made nothing');
  // words beside files are notes; words alone, or a path on the engine's own disk, are no result
  if (addresses.length === 0) throw outputRejected('the engine gave words where a file was expected');
  if (addresses.length > OUTPUTS_MAX)
    throw outputRejected(`the engine made ${addresses.length} results, at most ${OUTPUTS_MAX} are taken`);
  const artifacts: Artifact[] = [];
  let left = job.limits.output_bytes_max;
  for (const address of addresses) {
    const artifact = address.startsWith('data:')
      ? fromDataUrl(address, left)
      : await line.fetchOutput(address, { signal, bytes_max: left });
    left -= artifact.bytes.byteLength;
    artifacts.push(artifact);
  }
  return artifacts;
}

function stringsIn(output: unknown, depth = 0): string[] {
  if (typeof output === 'string') return [output];
  if (typeof output !== 'object' || output === null || depth > 3) return [];
  return Object.values(output).flatMap((value) => stringsIn(value, depth + 1));
}

export function fromDataUrl(url: string, bytes_max: number): Artifact {
  const comma = url.indexOf(',');
  const head = /^data:([\w.+-]+\/[\w.+-]+)?(?:;[\w-]+=[\w.-]+)*;base64$/.exec(
    url.slice(0, Math.min(comma, 200)),
  );
  if (!head) throw outputRejected('the engine gave a data URL of a form that is not taken');
  return { mime: head[1] ?? '', bytes: fromBase64(url.slice(comma + 1), bytes_max) };
}

export function fromBase64(text: string, bytes_max: number): Uint8Array {
  if (text.length * 0.75 > bytes_max + 3)
    throw outputRejected(`more than ${bytes_max} bytes from the engine`);
  const bytes = Buffer.from(text, 'base64');
  if (bytes.length === 0) throw outputRejected('the engine made an empty file');
  return new Uint8Array(bytes);
}

const PREVIEW_BYTES_MAX = 4_000_000;

/** A glance at what is being made, in base64 or as a data URL; null where it is too large or of a form not taken. */
export function glance(text: string): Artifact | null {
  try {
    if (text.startsWith('data:')) return fromDataUrl(text, PREVIEW_BYTES_MAX);
    return { mime: '', bytes: fromBase64(text, PREVIEW_BYTES_MAX) };
  } catch (error) {
    if (error instanceof Trouble) return null;
    throw error;
  }
}

/** Our fields under the names that the model knows; one that is renamed to nothing is left out. */
export function renamed(
  input: Record<string, unknown>,
  rename: Record<string, string>,
): Record<string, unknown> {
  const pairs = Object.entries(input).map(([name, value]): [string, unknown] => [
    Object.hasOwn(rename, name) ? rename[name]! : name,
    value,
  ]);
  return Object.fromEntries(pairs.filter(([name]) => name !== ''));
}

/** The last word of a progress bar in the logs, as tqdm draws it: ` 42%|####`. */
export function percentIn(logs: string): number | null {
  const last = [...logs.slice(-4_000).matchAll(/(\d{1,3})%\|/g)].at(-1);
  return last ? Math.min(100, Number(last[1])) : null;
}
