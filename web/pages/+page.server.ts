import type { RoundCard } from '#web/api-types.ts';
import { orRefuse } from '#web/load.ts';
import { piecesOf, toldOf } from '#ui/home/pieces.ts';

const MODELS = 8;
/** Five beside the first words, the others on the wall. */
const PIECES = 25;

/** The most used models with what they really made; of their pages only what is shown here. */
export async function load({ locals, url }) {
  const { competitions, registry, slots } = locals.api;
  // a home without featured places or a round is a home still
  const featured = (surface: 'home_hero' | 'home_rail') =>
    slots.listFeatured({ surface }).catch(() => ({ items: [] }));
  const running = competitions.listRounds({ show: 'now', limit: 1 }).catch(() => ({ items: [] }));
  const [{ items: models }, hero, rail, rounds] = await Promise.all([
    orRefuse(registry.listModels({ limit: MODELS }), url),
    featured('home_hero'),
    featured('home_rail'),
    running,
  ]);
  const pages = await orRefuse(Promise.all(models.map(({ slug }) => registry.getModel({ slug }))), url);
  return {
    models,
    pieces: piecesOf(pages).slice(0, PIECES),
    told: toldOf(pages),
    hero: hero.items[0] ?? null,
    rail: rail.items,
    round: rounds.items.map(briefly)[0] ?? null,
  };
}

const briefly = ({ slug, title, theme, state, next, now, prizes_nanos }: RoundCard) => ({
  ...{ slug, title, theme, state, next, now, prizes_nanos },
});
