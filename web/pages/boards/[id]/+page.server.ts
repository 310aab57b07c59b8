import { orNowhere, orRefuse } from '#web/load.ts';

export async function load({ locals: { api }, params: { id }, url, depends }) {
  depends('app:boards');
  const board = await orNowhere(api.generation.getShownBoard({ id }), url);
  return { board, creations: await orRefuse(api.generation.listBoardCreations({ id }), url) };
}
