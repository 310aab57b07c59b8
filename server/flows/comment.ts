import type { Context } from '../context.ts';
import { type AccountId, asId, type CommentId, newId } from '../ids.ts';
import type { Db, Tx } from '../kit/database.ts';
import { tell } from '../kit/outbox.ts';
import * as identity from '../modules/identity/index.ts';
import * as marketplace from '../modules/marketplace/index.ts';
import * as registry from '../modules/registry/index.ts';
import { refuse } from '../refuse.ts';
import { commentedOn, EDIT_MS, type Named } from '../views/commented-on.ts';
import { judgeWords } from './judge-words.ts';
import { demandNotBlocked } from './block-person.ts';

const MENTIONS_MAX = 10;

export async function writeComment(
  context: Context,
  author_id: AccountId,
  { text, reply_to, ...named }: Named & { text: string; reply_to?: string | undefined },
): Promise<CommentId> {
  judgeWords(text);
  const at = context.clock.now();
  const id = newId<CommentId>(at);
  await context.database.inTransaction(async (tx) => {
    const { about, owner_id } = await commentedOn(tx, named);
    await demandNotBlocked(tx, author_id, owner_id);
    const parent = reply_to === undefined ? null : await repliedTo(tx, asId<CommentId>(reply_to), about);
    if (parent) await demandNotBlocked(tx, author_id, parent.author_id);
    await marketplace.insertComment(tx, { id, about, author_id, reply_to: parent?.id ?? null, text, at });
    const told = await whomToTell(tx, { id, about, author_id, owner_id, parent, text });
    await tell(tx, 'comment.written', { comment_id: id, author_id, ...about, told }, at);
  });
  context.wake.send('news');
  return id;
}

async function repliedTo(tx: Tx, id: CommentId, about: marketplace.Commented): Promise<marketplace.Comment> {
  const parent = (await marketplace.lockComment(tx, id)) ?? refuse('NOT_FOUND');
  const isHere = parent.about.asset_id === about.asset_id && parent.about.model_id === about.model_id;
  if (!isHere || parent.deleted_at || parent.hidden_at) refuse('NOT_FOUND');
  if (parent.reply_to) refuse('REPLY_TOO_DEEP');
  return parent;
}

type ToTell = { person_id: AccountId; kind: 'comment' | 'reply' | 'mention'; about: string };

/** Everybody once: who is answered, who is named, whose it is, in this order. */
async function whomToTell(
  tx: Tx,
  comment: {
    id: CommentId;
    about: marketplace.Commented;
    author_id: AccountId;
    owner_id: AccountId;
    parent: marketplace.Comment | null;
    text: string;
  },
): Promise<ToTell[]> {
  const { id, about, author_id, owner_id, parent, text } = comment;
  const mentioned = await mentionedIn(tx, author_id, text);
  const all: ToTell[] = [
    ...(parent ? [{ person_id: parent.author_id, kind: 'reply' as const, about: parent.id }] : []),
    ...mentioned.map((person_id) => ({ person_id, kind: 'mention' as const, about: id })),
    { person_id: owner_id, kind: 'comment', about: about.asset_id ?? about.model_id },
  ];
  return all.filter(
    ({ person_id }, place) =>
      person_id !== author_id && all.findIndex((one) => one.person_id === person_id) === place,
  );
}

const MENTION = /(?<![\p{L}\p{N}_@/-])@([a-z0-9](?:[a-z0-9-]{1,28})[a-z0-9])(?![\p{L}\p{N}])/giu;

/** Whoever is named by @handle; who blocked the author, or is blocked by them, is not. */
async function mentionedIn(tx: Tx, author_id: AccountId, text: string): Promise<AccountId[]> {
  const handles = new Set([...text.matchAll(MENTION)].map(([, handle = '']) => handle.toLowerCase()));
  const found: AccountId[] = [];
  for (const handle of [...handles].slice(0, MENTIONS_MAX)) {
    const account = await identity.accountByHandle(tx, handle);
    if (account) found.push(account.id);
  }
  const blocked = await marketplace.blockedAmong(tx, author_id, found);
  return found.filter((id) => !blocked.has(id));
}

export async function editComment(
  context: Context,
  author_id: AccountId,
  id: CommentId,
  text: string,
): Promise<void> {
  judgeWords(text);
  const at = context.clock.now();
  await context.database.inTransaction(async (tx) => {
    const comment = await marketplace.lockComment(tx, id);
    if (!comment || comment.author_id !== author_id || comment.deleted_at) refuse('NOT_FOUND');
    const until = new Date(comment.at.getTime() + EDIT_MS);
    if (at >= until) refuse('EDIT_TOO_LATE', { until: until.toISOString() });
    await marketplace.editComment(tx, id, text, at);
  });
}

/** By its author, or by whose it stands below. */
export async function deleteComment(context: Context, person_id: AccountId, id: CommentId): Promise<void> {
  const at = context.clock.now();
  await context.database.inTransaction(async (tx) => {
    const comment = await marketplace.lockComment(tx, id);
    if (!comment || comment.deleted_at) refuse('NOT_FOUND');
    const owner_id = await ownerOf(tx, comment.about);
    if (person_id !== comment.author_id && person_id !== owner_id) refuse('NOT_FOUND');
    await marketplace.deleteComment(tx, comment, at);
    await tell(tx, 'comment.deleted', { comment_id: id, ...comment.about }, at);
  });
  context.wake.send('news');
}

async function ownerOf(db: Db, about: marketplace.Commented): Promise<string | undefined> {
  if (about.asset_id !== null) return (await marketplace.creationById(db, about.asset_id))?.maker_id;
  const [model] = await registry.modelsByIds(db, [about.model_id]);
  return model?.creator_id;
}
