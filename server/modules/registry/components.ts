import { sql } from 'kysely';
import type { Db } from '../../kit/database.ts';

/** What the gate found in a file of a release. */
export type Component = {
  format: string;
  /** The element type that most of its bytes are of. */
  precision: string | null;
  tensors: number | null;
  parameters: number | null;
};

/** ONNX and safetensors call the same numbers by other names. */
const PRECISIONS: ReadonlyMap<string, string> = new Map([
  ['F64', 'float64'],
  ['F32', 'float32'],
  ['F16', 'float16'],
  ['BF16', 'bfloat16'],
  ['F8_E4M3', 'float8'],
  ['F8_E5M2', 'float8'],
  ['I64', 'int64'],
  ['I32', 'int32'],
  ['I16', 'int16'],
  ['I8', 'int8'],
  ['U8', 'uint8'],
  ['BOOL', 'bool'],
]);

/** By their digests; files that nobody uploaded, which are the house's own, are left out. */
export async function componentsOf(db: Db, digests: readonly string[]): Promise<Map<string, Component>> {
  if (digests.length === 0) return new Map();
  const { rows } = await sql<{
    digest: string;
    format: string;
    parameters: string | null;
    tensors: string | null;
    type: string | null;
  }>`
    select distinct on (file.digest) file.digest, file.report ->> 'format' as format,
      file.report ->> 'parameters' as parameters, known.tensors::text as tensors, main.type
    from registry.model_file file
    left join lateral (
      select nullif(count(*), 0) as tensors from registry.tensor_digest where file_digest = file.digest
    ) known on true
    left join lateral (
      select type from registry.tensor_digest where file_digest = file.digest
      group by type order by sum(bytes) desc, type limit 1
    ) main on true
    where file.digest = any(${[...digests]})
    order by file.digest, file.uploaded_at`.execute(db);
  return new Map(
    rows.map(({ digest, format, parameters, tensors, type }) => [
      digest,
      {
        format,
        precision: type && (PRECISIONS.get(type) ?? type),
        tensors: tensors === null ? null : Number(tensors),
        parameters: parameters === null ? null : Number(parameters),
      },
    ]),
  );
}
