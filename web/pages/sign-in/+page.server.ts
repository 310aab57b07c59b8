import { redirect } from '@sveltejs/kit';
import { nextPath } from '#forms/next-path.ts';

export async function load({ parent, url }) {
  const next = url.searchParams.get('next');
  const { me } = await parent();
  if (me.account) redirect(303, nextPath(next));
  return { next };
}
