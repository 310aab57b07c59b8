import type { AccountId } from '../../ids.ts';
import type { Db } from '../../kit/database.ts';
import type { Notification } from '../../modules/marketplace/index.ts';
import * as rewards from '../../modules/rewards/index.ts';
import { type Pointed, saying } from '../point-to.ts';

type Told = Pick<Notification, 'id' | 'kind' | 'about'>;

/** What notifications of somebody say about epochs, by the notification: what each brought them, or paid. */
export async function toldOfRewards(
  db: Db,
  person_id: AccountId,
  told: readonly Told[],
): Promise<Map<string, Pointed>> {
  const ofEpochs = told.flatMap(({ id, kind, about }) =>
    about && (kind === 'claimable' || kind === 'claim_paid') ? [{ id, kind, about }] : [],
  );
  const epochs = await rewards.broughtBy(db, person_id, [...new Set(ofEpochs.map(({ about }) => about))]);
  const byEpoch = new Map(epochs.map((epoch) => [epoch.epoch_id, epoch]));
  return new Map(
    ofEpochs.flatMap(({ id, kind, about }): [string, Pointed][] => {
      const epoch = byEpoch.get(about);
      if (!epoch) return [];
      const amount_nanos = String(kind === 'claimable' ? epoch.added_nanos : epoch.paid_nanos);
      return [[id, saying('/rewards', { code: 'stelai', amount_nanos })]];
    }),
  );
}
