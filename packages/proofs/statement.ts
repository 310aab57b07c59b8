import type { JSONWebKeySet } from 'jose';
import { hex, isHash, sha256, sha256Hex } from './bytes.ts';
import { parseCanonical } from './canonical.ts';
import { isCount, isInstant, isText, type Rule } from './fields.ts';
import { type Finding, lookAt, sentenceOf } from './findings.ts';
import { Untrusted, verifySignature } from './signature.ts';

/** What was made, by which model, out of what, and when: signed when it was made, one for each asset. */
export type AssetStatement = {
  statement_version: 1;
  asset_id: string;
  generation_id: string;
  modality: string;
  /** Every file that was made, as "sha256:<hex>" of its bytes. `content` is the master before a manifest was put into it. */
  files: { role: string; digest: string; mime: string; bytes: number }[];
  /** Digest over the files of the model and what binds them to a runner. */
  release: { id: string; model: string; version: string; digest: string };
  /** `inputCommitment`: what was asked for is told to nobody who cannot show the salt. */
  input: string;
  seed: number;
  runtime: { name: string; version: string; provider: string; arch: string };
  /** What it was made from, and whether it was made here or brought by somebody. */
  parents: { digest: string; origin: 'platform' | 'upload' }[];
  /** The C2PA manifest in the master, "sha256:<hex>"; null where it has none. */
  c2pa: string | null;
  issued_at: string;
};

/** What the protected header of every signed statement says it is. */
export const ASSET_STATEMENT_TYPE = 'stellary-asset-statement+jws';

export type StatementEvidence = {
  /** Compact JWS over the canonical form of an AssetStatement. */
  statement: string;
  jwks: JSONWebKeySet;
  /** The file in the hand, or its digest ("sha256:<hex>"). */
  file?: Uint8Array<ArrayBuffer> | string;
  /** Only the owner has it. */
  input?: { text: string; salt: string };
};

/** Where the signature holds, what the statement says stands beside it. */
export type StatementCheck = Finding<'signed' | 'file' | 'input'> & { statement?: AssetStatement };

/**
 * Whether a statement was signed by a key of the set, whether it speaks of this file, and, where the owner shows
 * it, of this input. It never throws. It does not show whose the keys are, nor that nobody had the picture before.
 */
export async function verifyStatement(evidence: StatementEvidence): Promise<StatementCheck[]> {
  const given: { [Field in keyof StatementEvidence]?: unknown } = {
    ...(typeof evidence === 'object' && evidence),
  };
  const read = await readStatement(given.statement, given.jwks);
  const statement = 'statement' in read ? read.statement : null;
  const checks: StatementCheck[] = [{ name: 'signed', holds: statement !== null, ...read }];
  if (given.file !== undefined) checks.push(await checkFile(statement, given.file));
  if (given.input !== undefined && given.input !== null)
    checks.push(await checkInput(statement, given.input));
  return checks;
}

/** "sha256:<hex>" over generation, canonical input and salt: a short prompt cannot be guessed from it. */
export const inputCommitment = async (salt: string, generation_id: string, text: string): Promise<string> =>
  `sha256:${await sha256Hex(`${generation_id}|${text}|${salt}`)}`;

const unread = (name: 'file' | 'input'): StatementCheck => ({
  name,
  holds: false,
  detail: 'no signed statement to look into',
});

const checkFile = (statement: AssetStatement | null, file: unknown): Promise<StatementCheck> =>
  lookAt<StatementCheck>('file', async () => {
    if (!statement) return unread('file');
    if (typeof file !== 'string' && !(file instanceof Uint8Array))
      return { name: 'file', holds: false, detail: 'it is neither a file nor a digest' };
    const digest = typeof file === 'string' ? file : `sha256:${hex(await sha256(new Uint8Array(file)))}`;
    const named = statement.files.find((one) => one.digest === digest);
    const detail = named
      ? `${digest} is its ${named.role}`
      : `${digest} is none of the ${statement.files.length} files that it names`;
    return { name: 'file', holds: named !== undefined, detail };
  });

const checkInput = (statement: AssetStatement | null, input: unknown): Promise<StatementCheck> =>
  lookAt<StatementCheck>('input', async () => {
    if (!statement) return unread('input');
    const { text, salt }: { text?: unknown; salt?: unknown } = { ...(input as object) };
    if (typeof text !== 'string' || typeof salt !== 'string')
      return { name: 'input', holds: false, detail: 'the input or the salt is no text' };
    const holds = (await inputCommitment(salt, statement.generation_id, text)) === statement.input;
    return {
      name: 'input',
      holds,
      detail: holds ? 'this is what was asked for' : 'something else was asked for',
    };
  });

type Read = { statement: AssetStatement; detail: string } | { detail: string };

async function readStatement(jws: unknown, jwks: unknown): Promise<Read> {
  try {
    const { payload, kid } = await verifySignature(
      jws as string,
      ASSET_STATEMENT_TYPE,
      jwks as JSONWebKeySet,
    );
    const parsed = parseCanonical(payload);
    if (!parsed) throw new Untrusted('what is signed is not canonical JSON');
    const statement = readFields(parsed.value);
    return { statement, detail: `signed by key ${kid}, ${statement.issued_at}` };
  } catch (error) {
    return { detail: sentenceOf(error) };
  }
}

/** Throws Untrusted for what has not exactly the fields of a statement. */
function readFields(value: unknown): AssetStatement {
  const trouble = amiss(value, SHAPE, 'the statement');
  if (trouble) throw new Untrusted(trouble);
  // every field was just looked at
  return value as AssetStatement;
}

type Shape = Rule | [Shape] | { [field: string]: Shape };

const isDigest = (value: unknown) =>
  typeof value === 'string' && value.startsWith('sha256:') && isHash(value.slice('sha256:'.length));

const SHAPE = {
  statement_version: (value: unknown) => value === 1,
  asset_id: isText,
  generation_id: isText,
  modality: isText,
  files: [{ role: isText, digest: isDigest, mime: isText, bytes: isCount }],
  release: { id: isText, model: isText, version: isText, digest: isText },
  input: isDigest,
  seed: isCount,
  runtime: { name: isText, version: isText, provider: isText, arch: isText },
  parents: [{ digest: isDigest, origin: (value: unknown) => value === 'platform' || value === 'upload' }],
  c2pa: (value: unknown) => value === null || isDigest(value),
  issued_at: isInstant,
} satisfies { [Field in keyof AssetStatement]: Shape };

/** The first thing that is not as the shape has it, in words. */
function amiss(value: unknown, shape: Shape, name: string): string | null {
  if (typeof shape === 'function') return shape(value) ? null : `${name} is amiss`;
  if (Array.isArray(shape)) {
    if (!Array.isArray(value)) return `${name} is no list`;
    return first(value.map((item, index) => amiss(item, shape[0], `${name}[${index}]`)));
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return `${name} is no object`;
  const fields: Record<string, unknown> = { ...value };
  const unknown = Object.keys(fields).find((field) => !Object.hasOwn(shape, field));
  if (unknown !== undefined) return `${name} has no ${unknown}`;
  return first(Object.entries(shape).map(([field, rule]) => amiss(fields[field], rule, `${name}.${field}`)));
}

const first = (troubles: readonly (string | null)[]) => troubles.find((trouble) => trouble !== null) ?? null;
