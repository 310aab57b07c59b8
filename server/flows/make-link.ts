import { randomInt } from 'node:crypto';
import { Id } from '#api/base.ts';
import type { LinkDestination } from '#api/referrals/shapes.ts';
import type { Context } from '../context.ts';
import { type AccountId, asId, type AssetId, type LinkId, newId } from '../ids.ts';
import type { Db } from '../kit/database.ts';
import * as campaigns from '../modules/campaigns/index.ts';
import * as identity from '../modules/identity/index.ts';
import * as marketplace from '../modules/marketplace/index.ts';
import * as registry from '../modules/registry/index.ts';
import { refuse } from '../refuse.ts';
import { hasPage } from '../views/has-page.ts';
import { LINKS_MADE_MAX, LINKS_MAX } from '../views/links.ts';
import { judgeWords } from './judge-words.ts';

const CODE_LENGTH = 10;
/** Without letters and digits that are taken for each other. */
const ALPHABET = 'abcdefghijkmnpqrstuvwxyz23456789';
const newCode = () =>
  Array.from({ length: CODE_LENGTH }, () => ALPHABET[randomInt(ALPHABET.length)]).join('');

/** Every place that a link has led to is kept: whoever came before came there. */
export const VERSIONS_MAX = 200;

type Wish = { destination: LinkDestination; label: string };

/** Makes a link that brings people somewhere. Its code is for ever; where it leads can be changed. */
export async function makeLink(
  context: Context,
  owner_id: AccountId,
  wish: Wish,
  whence?: campaigns.Whence,
): Promise<string> {
  const at = context.clock.now();
  judgeWords(wish.label);
  const code = newCode();
  await context.database.inTransaction(async (tx) => {
    const destination = await destinationOf(tx, owner_id, wish.destination);
    const { made, open } = await campaigns.countLinks(tx, owner_id);
    if (open >= LINKS_MAX) refuse('LINKS_FULL', { limit: LINKS_MAX });
    if (made >= LINKS_MADE_MAX) refuse('LINKS_FULL', { limit: LINKS_MADE_MAX });
    const { label } = wish;
    if (whence) await campaigns.noteTrace(tx, owner_id, whence, at);
    await campaigns.insertLink(tx, {
      id: newId<LinkId>(at),
      code,
      owner_id,
      label,
      made_at: at,
      destination,
    });
  });
  return code;
}

/** Says something else of a link, or leads it elsewhere: those who came before came to where it led then. */
export async function changeLink(
  context: Context,
  owner_id: AccountId,
  code: string,
  wish: { destination?: LinkDestination | undefined; label?: string | undefined },
): Promise<void> {
  const at = context.clock.now();
  const { label } = wish;
  if (label !== undefined) judgeWords(label);
  await context.database.inTransaction(async (tx) => {
    const link = (await campaigns.lockLink(tx, owner_id, code)) ?? refuse('NOT_FOUND');
    if (link.ended_at) refuse('LINK_ENDED');
    if (label !== undefined) await campaigns.changeLink(tx, link.id, { label });
    if (!wish.destination) return;
    const next = await destinationOf(tx, owner_id, wish.destination);
    const { kind, subject_id } = link.destination;
    if (next.kind === kind && next.subject_id === subject_id) return;
    if (link.version >= VERSIONS_MAX) refuse('LINK_MOVED_OFTEN', { limit: VERSIONS_MAX });
    await campaigns.setDestination(tx, link.id, link.version + 1, next, at);
  });
}

/** A link that ended still leads somewhere, and brings nobody any more. Ending it twice is ending it once. */
export async function endLink(context: Context, owner_id: AccountId, code: string): Promise<void> {
  const ended_at = context.clock.now();
  await context.database.inTransaction(async (tx) => {
    const link = (await campaigns.lockLink(tx, owner_id, code)) ?? refuse('NOT_FOUND');
    if (!link.ended_at) await campaigns.changeLink(tx, link.id, { ended_at });
  });
}

/** What the destination names, if it is there for whoever makes the link. */
async function destinationOf(
  db: Db,
  owner_id: AccountId,
  { kind, name }: LinkDestination,
): Promise<campaigns.Destination> {
  const nowhere = () => refuse('LINK_LEADS_NOWHERE');
  if (kind === 'model') {
    const model = (await registry.modelBySlug(db, name)) ?? nowhere();
    return { kind, subject_id: model.id };
  }
  if (kind === 'creator') {
    const account = (await identity.accountByHandle(db, name.replace(/^@/, '').toLowerCase())) ?? nowhere();
    if (!(await hasPage(db, account))) nowhere();
    return { kind, subject_id: account.id };
  }
  if (kind === 'campaign') {
    const campaign = (await campaigns.campaignBySlug(db, name)) ?? nowhere();
    // what has not begun, or is not for them, must not be told by its title
    const place = await campaigns.placeIn(db, campaign.id, owner_id);
    if (campaign.started_at === null || place?.held_out) nowhere();
    return { kind, subject_id: campaign.id };
  }
  const id = Id.safeParse(name).success ? asId<AssetId>(name) : nowhere();
  const creation = (await marketplace.creationById(db, id)) ?? nowhere();
  if (creation.withdrawn_at || creation.hidden_at) nowhere();
  return { kind, subject_id: creation.asset_id };
}
