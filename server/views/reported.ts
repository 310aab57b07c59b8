import type { Reported } from '#api/moderation/report-shapes.ts';
import {
  type AccountId,
  asId,
  type AssetId,
  type BoardId,
  type CommentId,
  type EntryId,
  type EventId,
  type RatingId,
} from '../ids.ts';
import type { Db } from '../kit/database.ts';
import * as campaigns from '../modules/campaigns/index.ts';
import * as competitions from '../modules/competitions/index.ts';
import * as generation from '../modules/generation/index.ts';
import * as identity from '../modules/identity/index.ts';
import * as marketplace from '../modules/marketplace/index.ts';
import type * as moderation from '../modules/moderation/index.ts';
import * as program from '../modules/program/index.ts';
import * as registry from '../modules/registry/index.ts';
import { seenEvent } from './events.ts';
import { people } from './people.ts';
import { type Pointed, pointTo } from './point-to.ts';

type Found = moderation.Reportable & { owner_id: AccountId };

/** What somebody reports, with whose it is; null where they cannot see such a thing. */
export async function findReported(db: Db, what: Reported, reporter_id: AccountId): Promise<Found | null> {
  const { kind } = what;
  if (kind === 'creation') {
    const creation = await marketplace.creationById(db, asId<AssetId>(what.id));
    if (!creation || !marketplace.isShown(creation)) return null;
    return { kind, subject_id: creation.asset_id, owner_id: creation.maker_id };
  }
  if (kind === 'comment') {
    const [comment] = await marketplace.commentsByIds(db, [asId<CommentId>(what.id)]);
    if (!comment || comment.deleted_at || comment.hidden_at) return null;
    return { kind, subject_id: comment.id, owner_id: comment.author_id };
  }
  if (kind === 'rating') {
    const [rating] = await marketplace.ratingsByIds(db, [asId<RatingId>(what.id)]);
    return rating && !rating.hidden_at ? { kind, subject_id: rating.id, owner_id: rating.author_id } : null;
  }
  if (kind === 'board') {
    const [board] = await generation.boardsById(db, [asId<BoardId>(what.id)]);
    return board && generation.isBoardShown(board)
      ? { kind, subject_id: board.id, owner_id: board.owner_id }
      : null;
  }
  if (kind === 'event') {
    const event = await campaigns.eventById(db, asId<EventId>(what.id));
    return event && (await seenEvent(db, event))
      ? { kind, subject_id: event.id, owner_id: event.host_id }
      : null;
  }
  if (kind === 'message' || kind === 'offer') {
    const said = await program.saidById(db, kind, what.id);
    const theirs = said && [said.about.from_id, said.about.to_id].includes(reporter_id);
    return theirs && !said.hidden_at ? { kind, subject_id: said.id, owner_id: said.by_id } : null;
  }
  if (kind === 'entry') {
    const entry = await competitions.entryById(db, asId<EntryId>(what.id));
    return entry?.stands && !entry.removed_at
      ? { kind, subject_id: entry.id, owner_id: entry.person_id }
      : null;
  }
  if (kind === 'model') {
    const model = await registry.modelBySlug(db, what.slug);
    return model ? { kind, subject_id: model.id, owner_id: asId<AccountId>(model.creator_id) } : null;
  }
  const person = await identity.accountByHandle(db, what.handle);
  return person && { kind, subject_id: person.id, owner_id: person.id };
}

/** Whether a moderator hid it; null where it cannot be hidden here, or is gone. */
export async function isHidden(db: Db, { kind, subject_id }: moderation.Reportable): Promise<boolean | null> {
  if (kind === 'creation') {
    const creation = await marketplace.creationById(db, asId<AssetId>(subject_id));
    return creation ? creation.hidden_at !== null : null;
  }
  if (kind === 'comment') {
    const [comment] = await marketplace.commentsByIds(db, [asId<CommentId>(subject_id)]);
    return comment && !comment.deleted_at ? comment.hidden_at !== null : null;
  }
  if (kind === 'rating') {
    const [rating] = await marketplace.ratingsByIds(db, [asId<RatingId>(subject_id)]);
    return rating ? rating.hidden_at !== null : null;
  }
  if (kind === 'board') {
    const [board] = await generation.boardsById(db, [asId<BoardId>(subject_id)]);
    return board && !board.deleted_at ? board.hidden_at !== null : null;
  }
  if (kind === 'event') {
    const event = await campaigns.eventById(db, asId<EventId>(subject_id));
    return event ? event.hidden_at !== null : null;
  }
  if (kind === 'message' || kind === 'offer') {
    const said = await program.saidById(db, kind, subject_id);
    return said ? said.hidden_at !== null : null;
  }
  if (kind === 'entry') {
    const entry = await competitions.entryById(db, asId<EntryId>(subject_id));
    return entry ? entry.removed_at !== null : null;
  }
  return null;
}

/** Where these things stand on the pages; what is gone is said to be so. */
export async function pointToReported(
  db: Db,
  things: readonly (moderation.Reportable & { owner_id: AccountId })[],
): Promise<(thing: moderation.Reportable) => Pointed> {
  const point = await pointTo(
    db,
    things.map(({ subject_id }) => subject_id),
  );
  const persons = await identity.accountsByIds(
    db,
    things.filter(({ kind }) => kind === 'person').map(({ owner_id }) => owner_id),
  );
  const said = await pointToSaid(db, things);
  const entries = await competitions.entryNames(
    db,
    things.filter(({ kind }) => kind === 'entry').map(({ subject_id }) => subject_id),
  );
  return ({ kind, subject_id }) => {
    const entry = entries.get(subject_id);
    if (entry) return { title: entry.title, text: null, path: `/competitions/${entry.slug}` };
    if (kind === 'message' || kind === 'offer') return said.get(subject_id) ?? GONE;
    const person = kind === 'person' ? persons.get(asId<AccountId>(subject_id)) : undefined;
    if (person)
      return { title: person.display_name, text: `@${person.handle}`, path: `/creators/${person.handle}` };
    return point(subject_id) ?? GONE;
  };
}

const GONE: Pointed = { title: 'Something that is gone', text: null, path: '/moderation' };

/** Only the two that it is about read a collaboration: who decides about a part of it is led to who wrote it. */
async function pointToSaid(db: Db, things: readonly moderation.Reportable[]): Promise<Map<string, Pointed>> {
  const found = await Promise.all(
    things.flatMap(({ kind, subject_id }) =>
      kind === 'message' || kind === 'offer' ? [program.saidById(db, kind, subject_id)] : [],
    ),
  );
  const said = found.flatMap((one) => one ?? []);
  const person = await people(
    db,
    said.map(({ by_id }) => by_id),
  );
  return new Map(
    said.map(({ id, kind, text, by_id, about }) => {
      const title = `${kind === 'offer' ? 'An offer' : 'A message'} about “${about.title}”`;
      return [id, { title, text, path: `/creators/${person(by_id).handle}` }];
    }),
  );
}
