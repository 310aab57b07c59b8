import { orRefuse } from '#web/load.ts';

export async function load({ locals, url, depends }) {
  depends('app:boards');
  return { boards: (await orRefuse(locals.api.generation.listBoards({}), url)).items };
}
