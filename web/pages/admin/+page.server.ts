import { oneOf, orRefuse } from '#web/load.ts';
import { roles } from '#ui/roles.ts';

export async function load({ locals, url, depends }) {
  depends('app:accounts');
  const filter = {
    search: url.searchParams.get('search')?.trim().slice(0, 100) || undefined,
    role: oneOf(roles, url.searchParams.get('role')),
  };
  return {
    filter,
    accounts: await orRefuse(locals.api.identity.listAccounts({ ...filter, limit: 30 }), url),
  };
}
