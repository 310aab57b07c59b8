import { orRefuse } from '#web/load.ts';

export async function load({ locals, url, depends }) {
  depends('app:me');
  const me = await orRefuse(locals.api.identity.getMe(), url);
  // who reads no member's pages has nobody to be told of
  const counted = me.account ? await locals.api.marketplace.getUnread({}).catch(() => null) : null;
  return {
    me,
    theme: locals.theme,
    languages: locals.languages,
    origin: locals.origin,
    unread: counted?.unread ?? 0,
  };
}
