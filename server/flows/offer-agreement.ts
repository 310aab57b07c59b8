import type { Context } from '../context.ts';
import { type AccountId, type ApplicationId, asId, newId, type OfferId, type RevisionId } from '../ids.ts';
import { present } from '../kit/assert.ts';
import type { Tx } from '../kit/database.ts';
import { dropTimer, setTimer, type Timer } from '../kit/timers.ts';
import * as program from '../modules/program/index.ts';
import { refuse } from '../refuse.ts';
import { askTeam, withdrawSplit } from './ask-team.ts';

const { offer_days, pinned_days } = program.CLOCKS;
export const OFFER_TIMER = 'offer.lapse';

/** Offers the terms in force to an applicant who was accepted, and sees to it that their team is asked. */
export async function offerAgreement(
  tx: Tx,
  context: Context,
  offer: { application_id: ApplicationId; revision_id: RevisionId; conditions: string[]; at: Date },
): Promise<OfferId> {
  const { application_id, revision_id, conditions, at } = offer;
  const by = { id: 'system', as: 'system' };
  const { version, share_ppm } = present(await program.termsAt(tx, at), 'terms to offer');
  const earlier = await program.offerOfApplication(tx, application_id);
  if (earlier?.state === 'open') await closeOffer(tx, earlier.id, 'supersede', at);
  const id = newId<OfferId>(at);
  const expires_at = program.daysAfter(at, offer_days);
  await program.insertOffer(
    tx,
    {
      id,
      application_id,
      revision_id,
      terms_version: version,
      share_ppm,
      conditions,
      pinned_days,
      offered_at: at,
      expires_at,
    },
    by,
  );
  await setTimer(tx, { kind: OFFER_TIMER, subject_id: id, due_at: expires_at, at });
  await askTeam(tx, context, present(await program.revisionById(tx, revision_id), 'the revision'), at);
  return id;
}

async function closeOffer(tx: Tx, id: OfferId, act: 'supersede' | 'lapse', at: Date): Promise<void> {
  const as = act === 'lapse' ? 'timer' : 'system';
  await program.moveOffer(tx, act, { id, by: { id: 'system', as }, at });
  await dropTimer(tx, { kind: OFFER_TIMER, subject_id: id, at });
}

/** An application that was withdrawn: what was offered and asked for it is no longer open. */
export async function endAgreement(tx: Tx, application_id: ApplicationId, at: Date): Promise<void> {
  const offer = await program.offerOfApplication(tx, application_id);
  if (offer?.state === 'open') await closeOffer(tx, offer.id, 'supersede', at);
  const live = await program.liveSplit(tx, { application_id });
  if (live) await withdrawSplit(tx, live.id, { id: 'system', as: 'system' }, at);
}

/** Nobody signed in time: the offer lapses, and with it an application that still waits for it. */
export async function lapseOffer(tx: Tx, { clock }: Context, timer: Timer): Promise<void> {
  const at = clock.now();
  const offer = await program.offerById(tx, asId<OfferId>(timer.subject_id));
  if (offer?.state !== 'open') return;
  await closeOffer(tx, offer.id, 'lapse', at);
  const application = await program.applicationById(tx, offer.application_id);
  if (application?.state !== 'agreement_pending') return;
  const by = { id: 'system', as: 'timer' };
  await program.moveApplication(tx, 'lapse_offer', { id: application.id, by, at, set: { due_at: null } });
}

/** The applicant does not want what was offered: the application is withdrawn with it. */
export async function declineOffer(context: Context, applicant_id: AccountId, id: OfferId): Promise<void> {
  const at = context.clock.now();
  const by = { id: applicant_id, as: 'applicant' };
  await context.database.inTransaction(async (tx) => {
    const offer = (await program.offerById(tx, id)) ?? refuse('NOT_FOUND');
    const application =
      (await program.lockOwn(tx, offer.application_id, applicant_id)) ?? refuse('NOT_FOUND');
    await program.moveOffer(tx, 'decline', { id, by, at });
    await dropTimer(tx, { kind: OFFER_TIMER, subject_id: id, at });
    await program.moveApplication(tx, 'withdraw', { id: application.id, by, at, set: { due_at: null } });
    await endAgreement(tx, application.id, at);
  });
  context.wake.send('news');
}
