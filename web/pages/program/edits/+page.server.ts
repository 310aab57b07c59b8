import { orRefuse } from '#web/load.ts';

export const load = async ({ locals, url }) => ({
  edits: await orRefuse(locals.api.registry.listEditSets({}), url),
});
