import { oneOf, orRefuse } from '#web/load.ts';

export async function load({ locals, url, depends }) {
  depends('app:reviews');
  const { program } = locals.api;
  const conflicts = await orRefuse(program.listDeclaredConflicts({}), url);
  const state = oneOf(['open', 'done'], url.searchParams.get('view')) ?? 'open';
  const { me } = await getRoles(locals);
  if (!me) return { state, tasks: null, conflicts: conflicts.items };
  const tasks = await orRefuse(program.listAssignments({ state, limit: 30 }), url);
  return { state, tasks, conflicts: conflicts.items };
}

/** Chairs come here too, for their conflicts and the calibration. */
async function getRoles(locals: App.Locals) {
  const { account } = await locals.api.identity.getMe();
  return { me: account?.roles.includes('reviewer') ?? false };
}
