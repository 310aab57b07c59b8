import { error } from '@sveltejs/kit';
import type { Asset, CreationPage } from '#web/api-types.ts';
import { orNowhere, orRefuse } from '#web/load.ts';
import { refusalOf } from '#web/refusal.ts';

export async function load({ locals, params: { id }, url, depends }) {
  depends('app:asset');
  const { api } = locals;
  const [asset, creation] = await Promise.all([
    orNull(api.generation.getAsset({ id })),
    orNull(api.marketplace.getCreation({ id })),
  ]);
  const seen = asset ?? creation ?? (await orNowhere(api.generation.getAsset({ id }), url));
  const [comments, schema, provenance] = await Promise.all([
    creation && !creation.hidden ? orRefuse(api.marketplace.listComments({ creation: id }), url) : null,
    schemaOf(seen),
    asset ? provenanceOf() : null,
  ]);
  return { asset, creation, comments, schema, provenance };

  /** Of the release that made it, while that is the one its model runs. */
  async function schemaOf({
    model,
    release_id,
  }: Asset | CreationPage): Promise<Record<string, unknown> | null> {
    try {
      const { release } = await api.registry.getModel({ slug: model.slug });
      return release?.id === release_id ? release.input_schema : null;
    } catch {
      // not to be seen any more: its settings are shown by their names
      return null;
    }
  }

  /** Whether there is a statement, and whether it says that a manifest lies in the file. */
  async function provenanceOf(): Promise<{ c2pa: boolean } | null> {
    try {
      const { statement } = await api.provenance.getAssetStatement({ id, with_input: 'false' });
      const payload: unknown = JSON.parse(Buffer.from(statement.split('.')[1] ?? '', 'base64url').toString());
      return {
        c2pa: typeof payload === 'object' && payload !== null && 'c2pa' in payload && payload.c2pa !== null,
      };
    } catch (thrown) {
      if (refusalOf(thrown).code === 'NO_STATEMENT') return null;
      throw thrown;
    }
  }
}

/** What is not one's own, or not shown, is not there; everything else that goes wrong is said. */
async function orNull<Answer>(call: Promise<Answer>): Promise<Answer | null> {
  try {
    return await call;
  } catch (thrown) {
    const { code, status, message } = refusalOf(thrown);
    if (['NOT_FOUND', 'NOT_SIGNED_IN', 'INVALID_INPUT'].includes(code)) return null;
    if (code === 'INTERNAL') throw thrown;
    return error(status || 503, { message, code });
  }
}
