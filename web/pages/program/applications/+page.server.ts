import { orRefuse } from '#web/load.ts';

export const load = async ({ locals, url }) => ({
  applications: await orRefuse(locals.api.program.listApplications({}), url),
});
