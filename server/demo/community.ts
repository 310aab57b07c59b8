import type { Context } from '../context.ts';
import { changeBoard, makeBoard, putOnBoard } from '../flows/change-board.ts';
import { writeComment } from '../flows/comment.ts';
import { likeCreation } from '../flows/like-creation.ts';
import { likeModel } from '../flows/like-model.ts';
import { rateModel } from '../flows/rate-model.ts';
import { showCreation } from '../flows/show-creation.ts';
import { type AccountId, asId, type AssetId } from '../ids.ts';
import * as generation from '../modules/generation/index.ts';
import * as marketplace from '../modules/marketplace/index.ts';
import { Refusal } from '../refuse.ts';
import type { Chance } from './chance.ts';

const SAID = [
  'The light in this one!',
  'How did you get it so calm?',
  'I tried the same with another seed and it is nowhere near.',
  'This belongs on a wall.',
  'The second half is lovely.',
] as const;
const RATED = [
  { stars: 5, text: 'Does one thing, and does it beautifully.' },
  { stars: 4, text: 'Quick, and cheap enough to try ten seeds.' },
  { stars: 3, text: 'Lovely colours, though it ignores half of what I ask for.' },
] as const;
const BOARDS = [
  { name: 'For the living room', description: 'What I would look at every day.' },
  { name: 'Late trains', description: 'Blue hours, wet platforms, somebody’s piano through a wall.' },
  { name: 'Small worlds', description: 'Things that fit into a matchbox.' },
] as const;

/** Somebody shows the last thing that they made, and others have something to say of it. */
export async function showSomething(
  context: Context,
  luck: Chance,
  people: readonly AccountId[],
): Promise<void> {
  const maker = luck.pick(people);
  const [last] = await generation.assetsOfOwner(context.db, maker, {
    ...{ deleted: false, order: 'newest' as const, after: null, limit: 1 },
  });
  if (!last || (await marketplace.creationById(context.db, asId<AssetId>(last.id)))) return;
  const id = asId<AssetId>(last.id);
  const title = titleOf(last.prompt);
  await showCreation(context, maker, id, { title, show_prompt: luck.next() < 0.7, listed: true });
  const others = people.filter((person) => person !== maker);
  for (const person of others) if (luck.next() < 0.45) await likeCreation(context, person, id, true);
  if (luck.next() < 0.6)
    await writeComment(context, luck.pick(others), { creation: id, text: luck.pick(SAID) });
}

const titleOf = (prompt: string) => {
  const words = prompt.split(',')[0]?.trim() ?? '';
  return words === '' ? 'Untitled' : `${words.charAt(0).toUpperCase()}${words.slice(1)}`.slice(0, 60);
};

/** What they like is gathered on boards, and models that they used are liked and rated. */
export async function gather(context: Context, luck: Chance, people: readonly AccountId[]): Promise<void> {
  const shown = await marketplace.creationsPage(context.db, { after: null, limit: 60 });
  for (const [place, board] of BOARDS.entries()) {
    const owner = people[place];
    if (!owner || shown.length === 0) return;
    const id = await makeBoard(context, owner, board.name);
    const picked = shown.filter(() => luck.next() < 0.3).slice(0, 12);
    if (picked.length > 0)
      await putOnBoard(
        context,
        owner,
        id,
        picked.map(({ asset_id }) => asset_id),
      );
    await changeBoard(context, owner, id, { description: board.description, visibility: 'public' });
  }
  for (const slug of ['drift', 'vitrail', 'chamber', 'horizon'])
    for (const person of people) {
      if (luck.next() < 0.6) await likeModel(context, person, slug, true);
      if (luck.next() < 0.6) await rateIfUsed(context, person, slug, luck.pick(RATED));
    }
}

async function rateIfUsed(
  context: Context,
  person: AccountId,
  slug: string,
  rating: { stars: number; text: string },
): Promise<void> {
  try {
    await rateModel(context, person, slug, rating);
  } catch (error) {
    // whoever has not generated with it has nothing to say of it
    if (!(error instanceof Refusal && error.code === 'NOT_USED')) throw error;
  }
}
