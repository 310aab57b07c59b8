import { type ApplicationId, asId, type ModelId, type OfferId, type RevisionId } from '../../ids.ts';
import type { Db, Tx } from '../../kit/database.ts';
import { type Actor, begin, takeStep } from '../../kit/state-machine.ts';
import { offerMachine, type OfferState } from './offer-machine.ts';

export type NewOffer = {
  id: OfferId;
  application_id: ApplicationId;
  revision_id: RevisionId;
  terms_version: string;
  share_ppm: number;
  conditions: string[];
  pinned_days: number;
  offered_at: Date;
  expires_at: Date;
};

export async function insertOffer(tx: Tx, offer: NewOffer, by: Actor): Promise<void> {
  await tx
    .insertInto('program.offer')
    .values({ ...offer, state: offerMachine.begins })
    .execute();
  await begin(tx, offerMachine, { id: offer.id, by, at: offer.offered_at });
}

export const moveOffer = (
  tx: Tx,
  act: keyof typeof offerMachine.acts,
  step: { id: OfferId; by: Actor; at: Date; detail?: Record<string, unknown> },
): Promise<number> => takeStep(tx, offerMachine, act, { ...step, set: { answered_at: step.at } });

const offers = (db: Db) => db.selectFrom('program.offer').selectAll();
const isState = (state: string): state is OfferState => Object.hasOwn(offerMachine.states, state);
const read = (row: Awaited<ReturnType<ReturnType<typeof offers>['executeTakeFirstOrThrow']>>) => {
  const { state } = row;
  if (!isState(state)) throw new Error(`an offer cannot be ${state}`);
  return {
    ...row,
    state,
    id: asId<OfferId>(row.id),
    application_id: asId<ApplicationId>(row.application_id),
    revision_id: asId<RevisionId>(row.revision_id),
  };
};
export type Offer = ReturnType<typeof read>;

export async function offerById(db: Db, id: OfferId): Promise<Offer | undefined> {
  const row = await offers(db).where('id', '=', id).executeTakeFirst();
  return row && read(row);
}

/** The newest that was made for an application. */
export async function offerOfApplication(db: Db, application_id: ApplicationId): Promise<Offer | undefined> {
  const row = await offers(db)
    .where('application_id', '=', application_id)
    .orderBy('offered_at', 'desc')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row && read(row);
}

/** What a published model was accepted on condition of; nothing for one that came without an application. */
export async function conditionsOfModel(db: Db, model_id: ModelId): Promise<string[]> {
  const row = await db
    .selectFrom('program.offer as o')
    .innerJoin('program.application as a', 'a.id', 'o.application_id')
    .select('o.conditions')
    .where('a.model_id', '=', model_id)
    .where('o.state', '=', 'signed')
    .executeTakeFirst();
  return row?.conditions ?? [];
}
