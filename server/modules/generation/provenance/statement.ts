import { type AssetStatement, canonical } from '@stellary/proofs';
import { decodeJwt } from 'jose';
import * as z from 'zod';
import { type Facts, Parent } from './facts.ts';

export type MadeFile = { role: string; digest: string; mime: string; bytes: number };

/** The canonical text of what is signed of an asset, whatever becomes of the metadata in its files. */
export function statementOf(
  facts: Facts,
  files: readonly MadeFile[],
  manifest_digest: string | null,
): string {
  const { release, runtime } = facts;
  const statement: AssetStatement = {
    statement_version: 1,
    asset_id: facts.asset_id,
    generation_id: facts.generation_id,
    modality: facts.modality,
    files: files.map((file) => ({ ...file, digest: prefixed(file.digest) })),
    release: { id: release.id, model: release.model, version: release.version, digest: release.digest },
    input: facts.input,
    seed: facts.seed,
    runtime: {
      name: runtime.name || UNKNOWN,
      version: runtime.version || UNKNOWN,
      provider: runtime.provider || UNKNOWN,
      arch: runtime.arch || UNKNOWN,
    },
    parents: facts.parents,
    c2pa: manifest_digest && prefixed(manifest_digest),
    issued_at: facts.made_at,
  };
  return canonical(statement);
}

const Said = z.object({
  ...{ asset_id: z.string(), generation_id: z.string(), modality: z.string() },
  release: z.object({ id: z.string(), model: z.string(), version: z.string(), digest: z.string() }),
  ...{ input: z.string(), seed: z.number() },
  runtime: z.object({ name: z.string(), version: z.string(), provider: z.string(), arch: z.string() }),
  parents: z.array(Parent),
  issued_at: z.string(),
});

/** What a statement of ours said of an asset, for a file that is made of it later. */
export function factsSaid(jws: string, model_title: string): Facts {
  const { release, issued_at, ...said } = Said.parse(decodeJwt(jws));
  return { ...said, release: { ...release, title: model_title }, made_at: issued_at };
}

/** An outside engine need not say what it is. */
const UNKNOWN = 'unknown';
const prefixed = (digest: string) => `sha256:${digest}`;
