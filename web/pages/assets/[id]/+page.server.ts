import { orNowhere } from '#web/load.ts';
import { refusalOf } from '#web/refusal.ts';

export async function load({ locals, params, url, depends }) {
  depends('app:asset');
  const asset = await orNowhere(locals.api.generation.getAsset({ id: params.id }), url);
  const [provenance, schema] = await Promise.all([provenanceOf(params.id), schemaOf(asset)]);
  return { asset, provenance, schema };

  /** Of the release that made it, while that is the one its model runs. */
  async function schemaOf({ model, release_id }: typeof asset): Promise<Record<string, unknown> | null> {
    try {
      const { release } = await locals.api.registry.getModel({ slug: model.slug });
      return release?.id === release_id ? release.input_schema : null;
    } catch {
      // not to be seen any more: its settings are shown by their names
      return null;
    }
  }

  /** Whether there is a statement, and whether it says that a manifest lies in the file. */
  async function provenanceOf(id: string): Promise<{ c2pa: boolean } | null> {
    try {
      const { statement } = await locals.api.provenance.getAssetStatement({ id, with_input: 'false' });
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
