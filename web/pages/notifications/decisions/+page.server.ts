import { orRefuse } from '#web/load.ts';

export async function load({ locals, url, depends }) {
  depends('app:decisions');
  return { rulings: (await orRefuse(locals.api.moderation.listOwnRulings({}), url)).items };
}
