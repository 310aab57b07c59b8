import { error, redirect } from '@sveltejs/kit';
import { orRefuse } from '#web/load.ts';

/** Rounds that are looked after: those that are under way, and the newest that are over. */
export async function load({ locals, url, parent }) {
  const { me } = await parent();
  if (!me.account) redirect(303, `/sign-in?next=${encodeURIComponent(url.pathname)}`);
  const { roles } = me.account;
  if (!roles.includes('moderator') && !roles.includes('admin'))
    error(403, { message: 'Moderators look after the integrity of rounds.', code: 'NOT_ALLOWED' });
  const { competitions } = locals.api;
  const [now, over] = await Promise.all([
    orRefuse(competitions.listRounds({ show: 'now' }), url),
    orRefuse(competitions.listRounds({ show: 'over' }), url),
  ]);
  return { now: now.items, over };
}
