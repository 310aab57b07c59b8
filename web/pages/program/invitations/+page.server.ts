import { orRefuse } from '#web/load.ts';

export const load = async ({ locals, url }) => ({
  invitations: (await orRefuse(locals.api.program.listInvitations({}), url)).items,
});
