import type { CategoryKind } from '#api/competitions/shapes.ts';
import type { Context } from '../context.ts';
import {
  type AccountId,
  asId,
  type AssetId,
  type EntryId,
  type ModelId,
  newId,
  type ReleaseId,
} from '../ids.ts';
import { present } from '../kit/assert.ts';
import type { Db, Tx } from '../kit/database.ts';
import { StepRefused } from '../kit/state-machine.ts';
import * as competitions from '../modules/competitions/index.ts';
import * as generation from '../modules/generation/index.ts';
import * as identity from '../modules/identity/index.ts';
import * as registry from '../modules/registry/index.ts';
import { refuse } from '../refuse.ts';
import { creationFacts, modelFacts, personFacts, ruledBy } from '../views/competitions/facts.ts';
import { judgePrompt } from './judge-prompt.ts';
import { judgeWords } from './judge-words.ts';

type Wish = {
  slug: string;
  kind: CategoryKind;
  subject_id: string;
  title: string;
  with: readonly { handle: string; share_ppm: number }[];
};
type About = { round: competitions.Round; category: competitions.Category; person_id: AccountId; at: Date };

/** What is entered, after the rules were asked. */
type Subject = Pick<
  competitions.Entry,
  'asset_id' | 'release_id' | 'model_id' | 'asset_digest' | 'thumb_digest' | 'generated_at'
>;

/**
 * Enters something of one's own. The rules are asked of facts that we hold; that the round is open, that a place is left
 * and that the file stands nowhere else in the category is decided by the statements that write.
 */
export async function enterRound(context: Context, person_id: AccountId, wish: Wish): Promise<EntryId> {
  const { db, clock, database } = context;
  const at = clock.now();
  const round = await competitions.roundBySlug(db, wish.slug);
  if (!round || round.state === 'draft') refuse('NOT_FOUND');
  const category = (await competitions.categoryOfKind(db, round.id, wish.kind)) ?? refuse('NOT_FOUND');
  const about = { round, category, person_id, at };
  const subject = await (wish.kind === 'models'
    ? modelToEnter(db, about, wish)
    : workToEnter(db, about, wish));
  if (round.state !== 'open' || at < round.opens_at || at >= round.locks_at) refuseClosed(round, at);
  judgeWords(wish.title);
  if (subject.asset_id !== null) await judgeOnceMore(context, person_id, subject.asset_id);
  const people = await peopleIn(db, about, wish);
  const id = await database
    .inTransaction(async (tx) => {
      const entry_id = await writeDown(tx, about, subject, wish.title);
      await demandUnlike(tx, category, subject.asset_id, person_id);
      await competitions.putPeople(
        tx,
        { id: entry_id, category_id: category.id },
        category.entries_max,
        people,
      );
      await takePlace(tx, category, entry_id, person_id, 'You');
      const by = { id: person_id, as: 'member' };
      await competitions.moveEntry(tx, 'submit', { id: entry_id, by, at, set: { reason: null } });
      return entry_id;
    })
    .catch(refuseKnown(category));
  context.wake.send('entries');
  return id;
}

/** Everybody will look at it: what it was made from is judged by the rules of today, as what is shown is. */
async function judgeOnceMore(context: Context, person_id: AccountId, asset_id: AssetId): Promise<void> {
  const { db } = context;
  const [asset] = await generation.assetsByIds(db, [asset_id]);
  const job = present(
    await generation.generationById(db, asId(present(asset, 'the asset that is entered').generation_id)),
    'the generation of an asset',
  );
  const release = present(await registry.releaseById(db, job.release_id), 'the release of a generation');
  await judgePrompt(context, person_id, release, job.input);
}

function refuseClosed({ opens_at, locks_at }: competitions.Round, at: Date): never {
  return refuse('ROUND_NOT_OPEN', {
    opens_at: opens_at.toISOString(),
    locks_at: locks_at.toISOString(),
    now: at.toISOString(),
  });
}

async function workToEnter(db: Db, about: About, { subject_id }: Wish): Promise<Subject> {
  const { round, category, person_id } = about;
  const [making] = await generation.makingsOf(db, [asId<AssetId>(subject_id)]);
  if (!making || making.owner_id !== person_id) refuse('NOT_FOUND');
  const judges = await competitions.judgesOf(db, category.id);
  const [facts] = await creationFacts(db, [making], person_id, judges);
  const broken = competitions.breaches(ruledBy(category, round), present(facts, 'the facts of a work'));
  await demandEligible(db, about, broken);
  const { asset_id, release_id, model_id, digest, thumbnail, made_at } = making;
  return {
    ...{ asset_id, release_id, model_id, asset_digest: digest },
    ...{ thumb_digest: thumbnail?.digest ?? null, generated_at: made_at },
  };
}

async function modelToEnter(db: Db, about: About, { subject_id }: Wish): Promise<Subject> {
  const { round, category, person_id, at } = about;
  const named = await registry.releaseById(db, asId<ReleaseId>(subject_id));
  const [model] = named ? await registry.modelsByIds(db, [named.model_id]) : [];
  if (!model || model.creator_id !== person_id) refuse('NOT_FOUND');
  const [own] = await modelFacts(db, [model], person_id, at);
  const { facts, release } = present(own, 'the facts of a model');
  const broken = competitions.modelBreaches(ruledBy(category, round), facts);
  const older = release !== null && release.id !== subject_id;
  await demandEligible(db, about, older ? [...broken, 'NOT_NEWEST'] : broken);
  const { id, digest, published_at } = present(release, 'the release of a model that may be entered');
  return {
    ...{ asset_id: null, release_id: id, model_id: asId<ModelId>(model.id) },
    // a bundle names files by their bare digests
    ...{ asset_digest: digest.replace(/^sha256:/, ''), thumb_digest: null, generated_at: published_at },
  };
}

async function demandEligible(
  db: Db,
  { round, category, person_id }: About,
  broken: readonly competitions.ReasonCode[],
): Promise<void> {
  const person = await personFacts(db, round, category.id, person_id);
  const all = [...competitions.personBreaches(person), ...broken];
  if (all.length > 0) refuse('NOT_ELIGIBLE', { reasons: all.map(competitions.reason) });
}

type Named = Parameters<typeof competitions.putPeople>[3][number];

/** Whose it is: the caller, who has agreed by entering it, and whoever they name, with what is left for the caller. */
async function peopleIn(db: Db, about: About, { with: others }: Wish): Promise<Named[]> {
  const { round, category, person_id, at } = about;
  const own = present(await identity.accountById(db, person_id), 'the account that enters');
  const rest_ppm = 1_000_000 - others.reduce((sum, { share_ppm }) => sum + share_ppm, 0);
  const issues: { path: string; message: string }[] = [];
  if (rest_ppm < 1) issues.push({ path: 'with', message: 'Something has to be left for you.' });
  const named: Named[] = [];
  for (const [place, { handle, share_ppm }] of others.entries()) {
    const path = `with.${place}.handle`;
    const other = await identity.accountByHandle(db, handle);
    if (!other) issues.push({ path, message: `Nobody goes by @${handle}.` });
    else if (other.id === person_id || named.some((one) => one.person_id === other.id))
      issues.push({ path, message: `@${handle} is named already.` });
    else if (competitions.personBreaches(await personFacts(db, round, category.id, other.id)).length > 0)
      issues.push({ path, message: `@${handle} runs or judges this round, and enters nothing in it.` });
    else named.push({ person_id: other.id, display_name: other.display_name, share_ppm, accepted_at: null });
  }
  if (issues.length > 0) refuse('SHARES_REFUSED', { issues });
  const { display_name } = own;
  return [{ person_id, display_name, share_ppm: rest_ppm, accepted_at: at }, ...named];
}

/** A row for it, or its old one: who comes back after withdrawing is who they were. */
async function writeDown(
  tx: Tx,
  { round, category, person_id, at }: About,
  subject: Subject,
  title: string,
): Promise<EntryId> {
  if (!(await competitions.isOpenFor(tx, round.id, at))) refuseClosed(round, at);
  const known = await competitions.entryOf(tx, category.id, subject);
  if (known?.stands) refuse('ALREADY_ENTERED');
  if (known) {
    const again = await competitions.redraftEntry(tx, known.id, { ...subject, person_id, title }, at);
    return again ? known.id : refuseClosed(round, at);
  }
  const id = newId<EntryId>(at);
  const entry = { ...subject, id, round_id: round.id, category_id: category.id, person_id, title };
  const by = { id: person_id, as: 'member' };
  return (await competitions.draftEntry(tx, entry, by, at)) ? id : refuseClosed(round, at);
}

/** Of two that are alike the first one stays: what is known now is refused now. */
async function demandUnlike(
  tx: Tx,
  category: competitions.Category,
  asset_id: AssetId | null,
  person_id: AccountId,
): Promise<void> {
  if (asset_id === null) return;
  const standing = (await competitions.entriesOf(tx, category.id, competitions.STANDS)).filter(
    (entry) => entry.asset_id !== null && entry.asset_id !== asset_id,
  );
  const [alike] = await generation.alikeAmong(
    tx,
    asset_id,
    standing.flatMap((entry) => entry.asset_id ?? []),
  );
  if (!alike) return;
  const own = standing.some((entry) => entry.asset_id === alike.asset_id && entry.person_id === person_id);
  refuse('LOOKS_ALIKE', { how: alike.how, own });
}

async function takePlace(
  tx: Tx,
  { entries_max }: Pick<competitions.Category, 'entries_max'>,
  entry_id: EntryId,
  person_id: AccountId,
  who: string,
): Promise<void> {
  if (!(await competitions.takePlace(tx, entry_id, person_id)))
    refuse('ENTRIES_FULL', { limit: entries_max, who });
}

const refuseKnown =
  ({ entries_max }: competitions.Category) =>
  (error: unknown): Promise<never> => {
    const constraint = error instanceof Error && 'constraint' in error ? String(error.constraint) : '';
    if (constraint.startsWith('entry_of_')) return refuse('ALREADY_ENTERED');
    if (constraint === 'entry_person_slot') return refuse('ENTRIES_FULL', { limit: entries_max, who: 'You' });
    return Promise.reject(error);
  };

/** Takes an entry back, while its round is open. */
export async function withdrawEntry(context: Context, person_id: AccountId, id: EntryId): Promise<void> {
  const { clock, database, wake } = context;
  const at = clock.now();
  await database.inTransaction(async (tx) => {
    const entry = await competitions.entryById(tx, id);
    if (entry?.person_id !== person_id) refuse('NOT_FOUND');
    const round = present(await competitions.roundById(tx, entry.round_id), 'the round of an entry');
    if (!(await competitions.isOpenFor(tx, entry.round_id, at))) refuseClosed(round, at);
    await competitions.moveEntry(tx, 'withdraw', { id, by: { id: person_id, as: 'member' }, at });
    await competitions.freePlaces(tx, id);
  });
  wake.send('news');
}

type Answer = { id: EntryId; accepted: boolean };

/** Whoever was named says that they made it, and stand in it from then on; or that they did not, and it is out. */
export async function answerAsAuthor(context: Context, person_id: AccountId, answer: Answer): Promise<void> {
  const { id, accepted } = answer;
  const { clock, database, wake } = context;
  const at = clock.now();
  await database.inTransaction(async (tx) => {
    const entry = await competitions.lockEntry(tx, id);
    const people = await competitions.peopleOf(tx, [id]);
    const named = people.find((one) => one.person_id === person_id);
    if (!entry || !named) refuse('NOT_FOUND');
    if (named.accepted_at || named.declined_at || !['submitted', 'validating'].includes(entry.state))
      throw new StepRefused({ code: 'NOT_NOW', state: entry.state, act: 'answer', possible: [] });
    const by = { entry_id: id, person_id };
    if (accepted) {
      await takePlace(tx, named, id, person_id, 'You');
      await competitions.answerAsPerson(tx, by, { accepted_at: at, declined_at: null });
      return;
    }
    await competitions.answerAsPerson(tx, by, { accepted_at: null, declined_at: at });
    const step = { id, by: { id: person_id, as: 'member' }, at, set: { reason: 'DISAGREED' } };
    await competitions.moveEntry(tx, 'refuse', step);
    await competitions.freePlaces(tx, id);
  });
  wake.send('entries');
}
