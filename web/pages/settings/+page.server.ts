import { orRefuse } from '#web/load.ts';

export async function load({ locals, url, depends }) {
  depends('app:settings');
  const { identity } = locals.api;
  const [keys, sessions] = await orRefuse(
    Promise.all([identity.listApiKeys(), identity.listSessions()]),
    url,
  );
  return { keys: keys.items, sessions: sessions.items };
}
