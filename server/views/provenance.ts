import { STATEMENT_FORMAT, type StatementBundle } from '@stellary/proofs';
import type { Context } from '../context.ts';
import type { AccountId, AssetId } from '../ids.ts';
import { sha256 } from '../kit/files.ts';
import * as generation from '../modules/generation/index.ts';
import { refuse } from '../refuse.ts';
import { assetFor } from './generations.ts';

/** The signed statement of one's own asset; with what shows that this was asked for, where that is wanted. */
export async function statementFor(
  context: Context,
  owner_id: AccountId,
  id: AssetId,
  { with_input }: { with_input: boolean },
): Promise<StatementBundle> {
  const asset = await assetFor(context, owner_id, id);
  const statement = (await generation.statementOfAsset(context.db, id)) ?? refuse('NO_STATEMENT');
  const input = {
    text: generation.canonicalInput(asset.input),
    salt: generation.inputSalt(context.statement_key, asset.generation_id),
  };
  const jwks = context.signer.jwks();
  return { format: STATEMENT_FORMAT, statement, ...(with_input && { input }), jwks };
}

/** Assets of which a file has this digest, also those in the bin: that they were made here does not end there. */
export async function knownByDigest(context: Context, digest: string, reader: AccountId | null) {
  const found = await generation.assetsWithFile(context.db, digest);
  return found.map((asset) => ({ ...known(asset, reader), role: asset.role, statement: asset.jws }));
}

type Prints = Parameters<typeof generation.assetsAlike>[1];

export async function knownAlike(context: Context, prints: Prints, reader: AccountId | null) {
  const found = await generation.assetsAlike(context.db, prints);
  return found.map((asset) => ({ ...known(asset, reader), ...asset.likeness }));
}

/** Whose it is, is told to nobody but them. */
const known = (asset: generation.KnownAsset, reader: AccountId | null) => ({
  modality: asset.modality,
  model: { slug: asset.model.slug, title: asset.model.title },
  release: { version: asset.release.version, digest: asset.release.digest },
  made_at: asset.created_at.toISOString(),
  asset_id: asset.owner_id === reader ? asset.id : null,
});

const INSPECT_MS_MAX = 30_000;

/** Everything that can be said of a file that somebody holds. Nothing of it is kept. */
export async function lookIntoFile(context: Context, bytes: Uint8Array, reader: AccountId | null) {
  const digest = sha256(bytes);
  const [matches, done] = await Promise.all([
    knownByDigest(context, digest, reader),
    context.desk.do(
      'inspect',
      { bytes, anchors: context.certificates.anchors(), as: 'copy' },
      { wall_ms_max: INSPECT_MS_MAX },
    ),
  ]);
  if (!done.ok) {
    context.log.warn(
      { code: done.code, message: done.message, bytes: bytes.length },
      'a file could not be looked into',
    );
    return { ...NOT_LOOKED_INTO, digest, matches, trouble: TROUBLES[done.code] ?? 'It could not be read.' };
  }
  const { mime, manifest, can_carry_manifest, pictures, sounds } = done.value;
  return {
    digest,
    mime,
    matches,
    can_carry_manifest,
    manifest,
    compared: [
      ...(pictures.length > 0 ? (['looks'] as const) : []),
      ...(sounds.length > 0 ? (['sound'] as const) : []),
    ],
    alike: await knownAlike(context, { pictures, sounds }, reader),
    trouble: null,
  };
}

const NOT_LOOKED_INTO = { mime: null, can_carry_manifest: false, manifest: null, compared: [], alike: [] };
const TROUBLES: Partial<Record<string, string>> = {
  timeout: 'It took too long to read.',
  out_of_memory: 'It needs more memory to read than it may have.',
};
