import { redirect } from '@sveltejs/kit';
import { orNowhere } from '#web/load.ts';

/** Whoever follows somebody's link is noted as coming by it, and led on. */
export async function GET({ locals, params, url }) {
  const { path } = await orNowhere(locals.api.referrals.createTouch({ code: params.code }), url);
  redirect(302, path);
}
