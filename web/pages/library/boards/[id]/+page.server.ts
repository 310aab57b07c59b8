import { orNowhere, orRefuse } from '#web/load.ts';

export async function load({ locals: { api }, params: { id }, url, depends }) {
  depends('app:boards');
  const board = await orNowhere(api.generation.getBoard({ id }), url);
  const query = {
    modality: undefined,
    model: undefined,
    search: undefined,
    board: id,
    deleted: 'false' as const,
    order: 'newest' as const,
    limit: 40,
  };
  return { board, query, assets: await orRefuse(api.generation.listAssets(query), url) };
}
