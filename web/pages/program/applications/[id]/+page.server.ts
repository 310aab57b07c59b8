import { parseMarkdown } from '#ui/markdown/parse.ts';
import type { ApiClient } from '#web/api-types.ts';
import { orNowhere, orRefuse } from '#web/load.ts';

export async function load({ locals, params, url }) {
  const { program, registry } = locals.api;
  const { id } = params;
  const application = await orNowhere(program.getApplication({ id }), url);
  const road = application.revision > 0 ? await roadOf(program, id, url) : null;
  if (!application.can['write']?.allowed) return { application, road, writing: null };
  const [form, files, models] = await Promise.all([
    orRefuse(program.getForm({}), url),
    orRefuse(registry.listModelFiles({ limit: 100 }), url),
    orRefuse(registry.listModels({ limit: 100, order: 'newest' }), url),
  ]);
  const parents = models.items.flatMap(({ release_id, title, creator }) =>
    release_id ? [{ release_id, name: `${title} by ${creator.display_name}` }] : [],
  );
  const rights = parseMarkdown(form.rights.text);
  return { application, road, writing: { form, rights, files: files.items, parents } };
}

/** What came of a submission so far. */
async function roadOf(program: ApiClient['program'], id: string, url: URL) {
  const [{ items: revisions }, bench, { offer }, outcome] = await Promise.all([
    orRefuse(program.listRevisions({ id }), url),
    orRefuse(program.getBench({ id }), url),
    orRefuse(program.getOffer({ id }), url),
    orRefuse(program.getOutcome({ id }), url),
  ]);
  return { revisions, bench, offer, outcome };
}
