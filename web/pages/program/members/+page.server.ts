import { refusalOf } from '#web/refusal.ts';
import { orRefuse } from '#web/load.ts';

const HANDLE = /^[a-z0-9](?:[a-z0-9-]{1,28})[a-z0-9]$/;

export async function load({ locals, url }) {
  const handle = url.searchParams.get('handle')?.replace(/^@/, '').trim() ?? '';
  const asked = HANDLE.test(handle) ? { handle } : {};
  const { items } = await orRefuse(
    locals.api.program.listMemberships(asked).catch((error: unknown) => {
      if (refusalOf(error).code === 'NOT_FOUND') return { items: [] };
      throw error;
    }),
    url,
  );
  return { members: items, handle };
}
