import { oneOf, orRefuse } from '#web/load.ts';

const PARTS = ['models', 'creations', 'boards', 'followers'] as const;

export async function load({ locals, params: { handle }, url }) {
  const { generation, marketplace } = locals.api;
  const creator = await orRefuse(marketplace.getCreator({ handle }), url);
  const full = creator.models.length > 0 ? 'models' : creator.creations > 0 ? 'creations' : 'boards';
  const part = oneOf(PARTS, url.searchParams.get('show')) ?? full;
  const [creations, boards, followers] = await Promise.all([
    part === 'creations' ? orRefuse(marketplace.listCreations({ maker: handle }), url) : null,
    part === 'boards' ? orRefuse(generation.listShownBoards({ owner: handle }), url) : null,
    part === 'followers' ? orRefuse(marketplace.listFollowers({ handle }), url) : null,
  ]);
  return { creator, part, full, creations, boards, followers };
}
