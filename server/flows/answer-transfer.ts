import canonicalize from 'canonicalize';
import type { Context } from '../context.ts';
import { type AccountId, asId, type TransferId } from '../ids.ts';
import { present } from '../kit/assert.ts';
import type { Tx } from '../kit/database.ts';
import { dropTimer } from '../kit/timers.ts';
import * as identity from '../modules/identity/index.ts';
import * as program from '../modules/program/index.ts';
import * as registry from '../modules/registry/index.ts';
import { refuse } from '../refuse.ts';
import { subjectOfTransfer } from '../views/transfer-file.ts';
import { OWNER_MAY_NOT, whyNotNow } from '../views/transfers.ts';
import { handOver, TRANSFER_TIMER } from './hand-over-model.ts';
import { endOffer } from './offer-transfer.ts';
import { demandStanding } from './standing-of.ts';
import { writeOfTransfer, writeToTeam } from './transfer-letters.ts';

type Acceptance = { id: TransferId; digest: string; terms_digest: string };
type Subject = Awaited<ReturnType<typeof subjectOfTransfer>>;

/**
 * Somebody takes over the model that they were offered. All of it is one transaction, which holds the model: of eight
 * who accept at once one does, and nothing is added to the model by its former owner meanwhile.
 */
export async function acceptTransfer(
  context: Context,
  to_id: AccountId,
  { id, digest, terms_digest }: Acceptance,
): Promise<void> {
  const at = context.clock.now();
  await context.database.inTransaction(async (tx) => {
    const offered = await program.transferById(tx, id);
    if (offered?.to_id !== to_id) return refuse('NOT_FOUND');
    const model = present(await registry.modelToHandOver(tx, offered.model_id), 'the model offered');
    const transfer = await answerable(tx, id, at);
    await demandStanding({ db: tx }, to_id, 'publish');
    await demandFree(tx, transfer, model);
    const subject = await subjectOfTransfer(tx, transfer, at);
    const { version: terms_version, digest: newest } = subject.terms;
    if (newest !== terms_digest) refuse('TERMS_OTHER_THAN_OFFERED', { terms_version, digest: newest });
    if (subject.digest !== digest) refuse('TRANSFER_CHANGED', { digest: subject.digest });
    refuseLess(subject, transfer, at);
    await program.moveTransfer(tx, 'accept', { id, by: { id: to_id, as: 'receiver' }, at });
    await dropTimer(tx, { kind: TRANSFER_TIMER, subject_id: id, at });
    await takeOver(tx, transfer, subject, at);
    await tellAll(tx, context, transfer, subject, at);
  });
  context.wake.send('news');
}

/** The offer, if it can be answered now. */
async function answerable(tx: Tx, id: TransferId, at: Date): Promise<program.Transfer> {
  const transfer = present(await program.transferById(tx, id), 'the transfer');
  const { state, expires_at } = transfer;
  if (state === 'expired' || (state === 'offered' && expires_at <= at)) refuse('TRANSFER_EXPIRED');
  if (state !== 'offered') refuse('NOT_NOW', { state, act: 'answer', possible: [] });
  return transfer;
}

/** Nothing stands against it, and whoever offered it is still who may. */
async function demandFree(
  tx: Tx,
  { model_id, from_id }: program.Transfer,
  model: { creator_id: string },
): Promise<void> {
  const standing = (await program.membershipOf(tx, from_id))?.state ?? 'active';
  if (model.creator_id !== from_id || !program.STANDINGS[standing].hand_over)
    refuse('TRANSFER_REFUSED', { why: OWNER_MAY_NOT });
  const why = await whyNotNow(tx, model_id);
  if (why) refuse(why.code);
}

/** What was guaranteed to the team by a pin is not lost by it that the owner is another. */
function refuseLess({ agreement, terms, after }: Subject, { to_id }: program.Transfer, at: Date): void {
  const { share_ppm, pinned_until } = agreement;
  const others = after.some(({ person_id }) => person_id !== to_id);
  if (!others || terms.share_ppm >= share_ppm || !pinned_until || pinned_until <= at) return;
  const until = pinned_until.toISOString().slice(0, 10);
  refuse('TRANSFER_REFUSED', {
    why: `Those who share in it are guaranteed ${share_ppm / 10_000} % of the price until ${until}, and the terms of today give ${terms.share_ppm / 10_000} %.`,
  });
}

async function takeOver(tx: Tx, transfer: program.Transfer, subject: Subject, at: Date): Promise<void> {
  const { id, model_id, from_id, to_id } = transfer;
  const { version, digest, share_ppm } = subject.terms;
  const in_force_from = await handOver(
    tx,
    {
      ...{ model_id, to_id, by: to_id, because: { transfer_id: id } },
      agreement: {
        terms_version: version,
        share_ppm,
        pinned_until: program.daysAfter(at, program.CLOCKS.pinned_days),
      },
    },
    at,
  );
  const evidence = canonicalize({
    person_id: to_id,
    transfer_id: id,
    taken_over: subject.said,
    taken_over_from: from_id,
    in_force_from: in_force_from.toISOString(),
    signed_at: at.toISOString(),
  });
  await program.recordAcceptance(
    tx,
    {
      person_id: to_id,
      ...{ terms_version: version, terms_digest: digest, method: 'transfer', subject_id: id, at },
    },
    present(evidence, 'the evidence'),
  );
}

async function tellAll(
  tx: Tx,
  context: Context,
  transfer: program.Transfer,
  { model: { slug, title }, after }: Subject,
  at: Date,
): Promise<void> {
  const { to_id } = transfer;
  await writeOfTransfer(tx, context, { transfer, slug, title }, 'accepted', at);
  const to = (await identity.accountById(tx, to_id))?.display_name ?? 'Somebody';
  const others = after.flatMap(({ person_id }) => (person_id === to_id ? [] : asId<AccountId>(person_id)));
  await writeToTeam(tx, context, { title, slug, to, team: others }, at);
}

/** They do not want it. */
export async function declineTransfer(context: Context, to_id: AccountId, id: TransferId): Promise<void> {
  const at = context.clock.now();
  await context.database.inTransaction(async (tx) => {
    const offered = await program.transferById(tx, id);
    if (offered?.to_id !== to_id) return refuse('NOT_FOUND');
    const transfer = await answerable(tx, id, at);
    await program.moveTransfer(tx, 'decline', { id, by: { id: to_id, as: 'receiver' }, at });
    await endOffer(tx, context, transfer, 'declined', at);
  });
  context.wake.send('news');
}
