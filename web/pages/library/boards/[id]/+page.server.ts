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
  const [assets, of_others] = await Promise.all([
    orRefuse(api.generation.listAssets(query), url),
    board.of_others > 0 ? orRefuse(api.generation.listBoardCreations({ id, of_others: 'true' }), url) : null,
  ]);
  return { board, query, assets, of_others };
}
