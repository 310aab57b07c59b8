import type * as z from 'zod';
import type { Comment } from '#api/marketplace/comment-shapes.ts';
import type { Context } from '../context.ts';
import { type AccountId, asId, type CommentId, type ModelId } from '../ids.ts';
import { present } from '../kit/assert.ts';
import * as marketplace from '../modules/marketplace/index.ts';
import * as registry from '../modules/registry/index.ts';
import { no, YES } from './can.ts';
import { commentedOn, EDIT_MS, type Named } from './commented-on.ts';
import { pageOf, placeOf } from './paging.ts';
import { people } from './people.ts';

type Shown = z.infer<typeof Comment>;
/** More are seldom read; the newest of them would be looked for by nobody. */
const REPLIES_MAX = 100;

/** Comments on one thing, newest first, each with what was replied to it. */
export async function commentList(
  context: Context,
  viewer_id: AccountId | null,
  { limit, cursor, ...named }: Named & { limit: number; cursor?: string | undefined },
) {
  const { db } = context;
  const { about, owner_id } = await commentedOn(db, named);
  const without = await marketplace.unseenBy(db, viewer_id);
  const list = `comments ${about.asset_id ?? about.model_id}`;
  const after = placeOf(context, list, cursor)?.[0] ?? null;
  const rows = await marketplace.commentsPage(db, about, { without, after, limit: limit + 1 });
  const { shown, next_cursor } = pageOf(context, list, rows, limit, ({ id }) => [id]);
  return { items: await presentComments(context, viewer_id, owner_id, shown, without), next_cursor };
}

/** One that was just written or changed; a reply comes alone, and a comment with its replies. */
export async function commentFor(context: Context, viewer_id: AccountId, id: CommentId): Promise<Shown> {
  const { db } = context;
  const [comment] = await marketplace.commentsByIds(db, [id]);
  const found = present(comment, 'a comment that was just written');
  const [shown] = await presentComments(context, viewer_id, await ownerOf(context, found.about), [found], []);
  return present(shown, 'a comment that was just read');
}

async function ownerOf({ db }: Context, about: marketplace.Commented): Promise<string> {
  if (about.asset_id !== null)
    return present(await marketplace.creationById(db, about.asset_id), 'what is commented on').maker_id;
  const [model] = await registry.modelsByIds(db, [about.model_id]);
  return present(model, 'the model that is commented on').creator_id;
}

async function presentComments(
  context: Context,
  viewer_id: AccountId | null,
  owner_id: string,
  comments: readonly marketplace.Comment[],
  without: readonly AccountId[],
): Promise<Shown[]> {
  const { db, clock } = context;
  const replies = await marketplace.repliesTo(
    db,
    comments.map(({ id }) => id),
    { without, each_max: REPLIES_MAX },
  );
  const person = await people(
    db,
    [...comments, ...replies].map(({ author_id }) => author_id),
  );
  const at = clock.now();
  const one = (comment: marketplace.Comment) => {
    const { id, author_id, text, hidden_at, deleted_at, edited_at } = comment;
    const seen = hidden_at === null || author_id === viewer_id;
    return {
      id,
      author: deleted_at ? GONE : person(author_id),
      text: seen ? text : null,
      hidden: hidden_at !== null,
      at: comment.at.toISOString(),
      edited_at: edited_at?.toISOString() ?? null,
      can: canDo(viewer_id, owner_id, comment, at),
    };
  };
  return comments.map((comment) => ({
    ...one(comment),
    replies: replies.filter(({ reply_to }) => reply_to === comment.id).map(one),
  }));
}

const GONE = { handle: 'gone', display_name: 'Deleted' };

function canDo(
  viewer_id: AccountId | null,
  owner_id: string,
  { author_id, reply_to, at: written_at, deleted_at, hidden_at }: marketplace.Comment,
  at: Date,
): Shown['can'] {
  const gone = deleted_at !== null;
  const mine = author_id === viewer_id;
  const signed = viewer_id === null ? no('Sign in first.') : gone ? no('It was deleted.') : YES;
  return {
    reply: reply_to ? no('Replies are not replied to.') : hidden_at ? no('It is hidden.') : signed,
    edit: !mine
      ? no('Only its author may.')
      : at.getTime() < written_at.getTime() + EDIT_MS
        ? signed
        : no('It can be changed for fifteen minutes.'),
    delete: mine || viewer_id === owner_id ? signed : no('Only its author may, or whose page this is.'),
    report: mine ? no('This is yours.') : signed,
  };
}

/** How many stand below a model. */
export const commentsOfModel = ({ db }: Context, model_id: string) =>
  marketplace.countComments(db, asId<ModelId>(model_id));
