import { orRefuse } from '#web/load.ts';
import { instantIn } from '#ui/money/instant.ts';

export async function load({ locals, url }) {
  const at = instantIn(url);
  const { books: api } = locals.api;
  const [books, roots] = await orRefuse(
    Promise.all([api.getBooks(at ? { at } : {}), api.listLiabilityRoots({ limit: 14 })]),
    url,
  );
  return { books, roots: roots.items, at };
}
