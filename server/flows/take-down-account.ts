import type { Context } from '../context.ts';
import { type AccountId, type AssetId, type ModelId, type ReleaseId } from '../ids.ts';
import { present } from '../kit/assert.ts';
import { DAY_MS } from '../kit/clock.ts';
import { forgetKeysOf } from '../kit/idempotency.ts';
import { tell } from '../kit/outbox.ts';
import { forget } from '../kit/personal.ts';
import { StepRefused } from '../kit/state-machine.ts';
import { lettersIn } from '../letters.ts';
import * as analytics from '../modules/analytics/index.ts';
import * as campaigns from '../modules/campaigns/index.ts';
import * as competitions from '../modules/competitions/index.ts';
import * as generation from '../modules/generation/index.ts';
import * as identity from '../modules/identity/index.ts';
import * as marketplace from '../modules/marketplace/index.ts';
import * as program from '../modules/program/index.ts';
import * as registry from '../modules/registry/index.ts';
import * as rewards from '../modules/rewards/index.ts';
import { Refusal } from '../refuse.ts';
import { PERSONAL } from '../views/own-data.ts';
import { cancelEvent } from './announce-event.ts';
import { answerInvitation } from './answer-invitation.ts';
import { declineTransfer } from './answer-transfer.ts';
import { binAsset } from './bin-asset.ts';
import { cancelGeneration } from './cancel-generation.ts';
import { cancelModelUpload } from './cancel-model-upload.ts';
import { dropUpload } from './drop-upload.ts';
import { answerAsAuthor, withdrawEntry } from './enter-round.ts';
import { endLink } from './make-link.ts';
import { takeTransferBack } from './offer-transfer.ts';
import { dropExport } from './order-export.ts';
import { endCollaboration } from './propose-collaboration.ts';
import { endSchedule } from './schedule-exports.ts';
import { withdrawApplication } from './withdraw-application.ts';
import { withdrawRelease } from './withdraw-release.ts';

const SYSTEM = { id: 'system', as: 'system' };
/** What was asked for by a session that ended a moment ago may still be under way: a request takes 15 seconds at most. */
const REST_MS = 60_000;

/**
 * Takes down what is left of everybody who goes. Each piece is a transaction of its own and is not found again once it
 * is done, so whoever is killed is followed by somebody who goes on with the rest. Answers how many are gone.
 */
export async function takeDownAccounts(context: Context): Promise<number> {
  const { db, clock, log, wake } = context;
  const since = new Date(clock.now().getTime() - REST_MS);
  let gone = 0;
  for (const leaving of await identity.leavingUnderWay(db, since)) {
    try {
      gone += Number(await takeDown(context, leaving));
    } catch (trouble) {
      log.error({ err: trouble, account_id: leaving.account_id }, 'an account is not taken down yet');
    }
  }
  if (gone > 0) wake.send('news');
  return gone;
}

async function takeDown(context: Context, leaving: identity.Leaving): Promise<boolean> {
  for (const step of STEPS) if (!(await step(context, leaving.account_id))) return false;
  // of two who come here at once one is first
  await unlessDone(end(context, leaving));
  return true;
}

/** One kind of thing each, until nothing of it is left; false: something of it still runs, and is waited for. */
type Step = (context: Context, person_id: AccountId) => Promise<boolean>;

const STEPS: readonly Step[] = [
  cancelWhatRuns,
  leaveRounds,
  endApplications,
  endOffers,
  withdrawModels,
  endGatherings,
  dropOrders,
  takeBackWords,
  binAssets,
  forgetFiles,
];

async function cancelWhatRuns(context: Context, payer_id: AccountId): Promise<boolean> {
  const open = await generation.openOfPayer(context.db, payer_id, AT_ONCE);
  for (const { id } of open) await unlessDone(cancelGeneration(context, payer_id, id));
  return open.length === 0 || (await generation.openOfPayer(context.db, payer_id, 1)).length === 0;
}

/** What is not locked is taken back; what is stays, and its files have to be looked at first. */
async function leaveRounds(context: Context, person_id: AccountId): Promise<boolean> {
  const { own, named } = await competitions.entriesToEnd(context.db, person_id, context.clock.now());
  for (const id of own) await unlessDone(withdrawEntry(context, person_id, id));
  for (const id of named) await unlessDone(answerAsAuthor(context, person_id, { id, accepted: false }));
  return !(await competitions.isBeingValidated(context.db, person_id));
}

async function endApplications(context: Context, person_id: AccountId): Promise<boolean> {
  for (const { id, version } of await program.applicationsToEnd(context.db, person_id))
    await unlessDone(withdrawApplication(context, person_id, id, version));
  return true;
}

const OFFERS_MAX = 500;

/** What waits for their answer, and what they offered. */
async function endOffers(context: Context, person_id: AccountId): Promise<boolean> {
  const { db } = context;
  for (const { id, state, from_id } of await program.transfersOf(db, person_id, OFFERS_MAX))
    if (state === 'offered')
      await unlessDone((from_id === person_id ? takeTransferBack : declineTransfer)(context, person_id, id));
  for (const { id, state, turn_id } of await program.collaborationsOf(db, person_id, OFFERS_MAX)) {
    const act = turn_id === person_id ? 'decline' : 'withdraw';
    if (state === 'open') await unlessDone(endCollaboration(context, person_id, id, act));
  }
  for (const { id, state } of await program.splitsAskedOf(db, person_id, OFFERS_MAX))
    if (state === 'proposed')
      await unlessDone(answerInvitation(context, person_id, { id, answer: 'declined' }));
  return true;
}

/** Nothing new begins with their models; what others began finishes under its frozen terms. */
async function withdrawModels(context: Context, person_id: AccountId): Promise<boolean> {
  const account = { id: person_id, handle: '', display_name: '', roles: [] };
  const caller = { ...identity.nobody, account };
  const models = await registry.modelsLeftBy(context.db, person_id);
  for (const id of models.flatMap(({ release_ids }): ReleaseId[] => release_ids))
    await unlessDone(withdrawRelease(context, caller, id, 'Its creator left.'));
  return true;
}

const EVENTS_MAX = 500;
const LINKS_MAX = 10_000;
const EVENTS_AHEAD_MS = 3 * 365 * DAY_MS;

async function endGatherings(context: Context, person_id: AccountId): Promise<boolean> {
  const { db, clock } = context;
  const at = clock.now();
  const events = await campaigns.eventsBetween(db, {
    ...{ from: at, until: new Date(at.getTime() + EVENTS_AHEAD_MS), host_id: person_id },
    ...{ without: [], with_cancelled: false, limit: EVENTS_MAX },
  });
  for (const { id } of events) await unlessDone(cancelEvent(context, person_id, id));
  for (const { code, ended_at } of await campaigns.linksOf(db, person_id, LINKS_MAX))
    if (!ended_at) await unlessDone(endLink(context, person_id, code));
  return true;
}

async function dropOrders(context: Context, person_id: AccountId): Promise<boolean> {
  const { db } = context;
  for (const { id } of await analytics.schedulesOf(db, person_id))
    await unlessDone(endSchedule(context, person_id, id));
  for (const { id } of await analytics.exportsOf(db, person_id, EXPORTS_MAX))
    await unlessDone(dropExport(context, person_id, id));
  for (const { id } of await registry.unfinishedUploadsOf(db, person_id))
    await unlessDone(cancelModelUpload(context, person_id, id));
  for (const id of await generation.uploadsToHide(db, person_id))
    await unlessDone(dropUpload(context, person_id, id));
  return true;
}

const EXPORTS_MAX = 1_000;
const AT_ONCE = 200;

async function takeBackWords({ database, clock }: Context, person_id: AccountId): Promise<boolean> {
  const at = clock.now();
  for (let taken = AT_ONCE; taken === AT_ONCE;)
    taken = await database.inTransaction((tx) => marketplace.takeLikesBack(tx, person_id, AT_ONCE));
  for (let taken = AT_ONCE; taken === AT_ONCE;)
    taken = await database.inTransaction(async (tx) => {
      const deleted = await marketplace.deleteCommentsOf(tx, person_id, AT_ONCE, at);
      for (const { id, about } of deleted)
        await tell(tx, 'comment.deleted', { comment_id: id, ...about }, at);
      return deleted.length;
    });
  return true;
}

/** With what they showed: lists and boards of others lose it by the news. */
async function binAssets(context: Context, person_id: AccountId): Promise<boolean> {
  for (;;) {
    const ids = await generation.assetsToBin(context.db, person_id, AT_ONCE);
    for (const id of ids) await binAsset(context, person_id, id, true);
    if (ids.length < AT_ONCE) return true;
  }
}

/** The rows go last: until then the next time finds the files that are left. */
async function forgetFiles(context: Context, person_id: AccountId): Promise<boolean> {
  const { db, database, clock, media } = context;
  for (;;) {
    const assets = await generation.assetsToForget(db, person_id, AT_ONCE);
    const ids = assets.map(({ id }) => id);
    const digests = [...new Set(assets.flatMap((asset) => asset.digests))];
    const needed = await neededAmong(context, digests, ids);
    for (const digest of digests) if (!needed.has(digest)) await media.remove(digest);
    await database.inTransaction((tx) => generation.forgetAssets(tx, ids, clock.now()));
    if (assets.length < AT_ONCE) return true;
  }
}

/** What somebody else shows, made from, or won with stays, and so does what a result is recounted from. */
async function neededAmong(
  { db }: Context,
  digests: readonly string[],
  but: readonly AssetId[],
): Promise<Set<string>> {
  const needed = await Promise.all([
    generation.filesAmong(db, digests, but),
    registry.filesAmong(db, digests),
    program.filesAmong(db, digests),
    competitions.filesAmong(db, digests),
  ]);
  return new Set(needed.flatMap((some) => [...some]));
}

/** The last step, one transaction: no row has a word, a name or an address of them any more. */
async function end(context: Context, { id, account_id }: identity.Leaving): Promise<void> {
  const { database, clock, former_key: key, config } = context;
  const at = clock.now();
  await database.inTransaction(async (tx) => {
    const names = await identity.accountsByIds(tx, [account_id]);
    const { display_name } = present(names.get(account_id), 'the name of somebody who goes');
    const own = await registry.modelsLeftBy(tx, account_id);
    const models: ModelId[] = [
      ...own.map((model) => model.id),
      ...(await program.modelsEverOf(tx, account_id)),
    ];
    await competitions.unnameWinner(tx, { person_id: account_id, name: display_name, models }, at);
    const rated = await marketplace.takeDown(tx, account_id, at);
    await generation.emptyBoards(tx, account_id, at);
    await rewards.endLinksOf(tx, account_id, at);
    // backwards, as foreign keys point
    for (const table of PERSONAL.toReversed()) await forget(tx, [table], account_id);
    await forgetKeysOf(tx, account_id);
    const step = { id, account_id, by: SYSTEM, at, key };
    const { email, language } = await identity.becomeNobody(tx, step);
    const { leftLetter } = await lettersIn(language, config.languages);
    await identity.writeMail(tx, { to: email, ...leftLetter(), mode: config.mode }, at);
    for (const { id: model_id, creator_id } of await registry.modelsByIds(tx, rated))
      await tell(tx, 'model.unrated', { model_id, author_id: account_id, creator_id }, at);
    await tell(tx, 'boards.changed', { owner_id: account_id }, at);
    await tell(tx, 'account.renamed', { account_id }, at);
  });
}

/** What others did meanwhile needs not be done again; what is left undone is found by the next round. */
async function unlessDone(act: Promise<unknown>): Promise<void> {
  await act.catch((trouble: unknown) => {
    if (!(trouble instanceof Refusal) && !(trouble instanceof StepRefused)) throw trouble;
  });
}
