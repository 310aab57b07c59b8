import { orNowhere } from '#web/load.ts';

export const load = async ({ locals, params: { id }, url }) => ({
  set: await orNowhere(locals.api.registry.getEditSet({ id }), url),
});
