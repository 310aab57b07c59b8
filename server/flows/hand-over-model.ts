import { type AccountId, type AgreementId, asId, type ModelId, newId, type ReleaseId } from '../ids.ts';
import { present } from '../kit/assert.ts';
import { audit } from '../kit/audit.ts';
import type { Tx } from '../kit/database.ts';
import { tell } from '../kit/outbox.ts';
import { dropTimer } from '../kit/timers.ts';
import * as earnings from '../modules/earnings/index.ts';
import * as program from '../modules/program/index.ts';
import * as registry from '../modules/registry/index.ts';
import { partsAfter } from '../views/transfer-file.ts';
import { makeCreator } from './make-creator.ts';

export const TRANSFER_TIMER = 'transfer.expire';

type HandOver = {
  model_id: ModelId;
  to_id: AccountId;
  /** What the new owner agrees to. */
  agreement: { terms_version: string; share_ppm: number; pinned_until?: Date };
  /** Who does it, and why: the offer that was accepted, or the claim that was upheld. */
  by: string;
  because: Record<string, string>;
};

/**
 * Gives a model to somebody else: from one instant on theirs are the model, the agreement, the owner's part of the
 * split and what children of its releases owe. What was started before is shared as it was agreed then. Whoever calls
 * holds the model (`registry.modelToHandOver`) and has seen to it that nothing stands against it.
 */
export async function handOver(
  tx: Tx,
  { model_id, to_id, agreement, by, because }: HandOver,
  at: Date,
): Promise<Date> {
  const [model] = await registry.modelsByIds(tx, [model_id]);
  const from_id = asId<AccountId>(present(model, 'the model that is handed over').creator_id);
  const from = await program.takeOverAt(tx, model_id, at);
  const dates = { accepted_at: from, in_force_from: from };
  await program.acceptAgreement(tx, {
    id: newId<AgreementId>(from),
    ...{ model_id, creator_id: to_id, ...agreement, ...dates, takes_over: true },
  });
  const split = present(await earnings.splitInForce(tx, model_id, from), 'the split of a model');
  const parts = partsAfter(split.parts, from_id, to_id);
  await earnings.insertSplit(tx, { model_id, parts, agreed_at: at, in_force_from: from });
  const releases = await registry.releasesOfModel(tx, model_id);
  const children = await earnings.redirectRoyalties(tx, {
    parent_release_ids: releases.map(({ id }) => asId<ReleaseId>(id)),
    ...{ from_id, to_id, agreed_at: at, in_force_from: from },
  });
  await registry.giveModelTo(tx, model_id, to_id);
  await endWhatWaits(tx, model_id, at);
  await makeCreator(tx, to_id, at);
  const detail = { from_id, to_id, children, ...because };
  await audit(tx, { at, actor: by, act: 'model.hand_over', subject: model_id, detail });
  await tell(tx, 'model.handed_over', { model_id, from_id, creator_id: to_id }, at);
  return from;
}

/** Another offer of the model is over, and a split that was proposed for it is not the one that holds any more. */
async function endWhatWaits(tx: Tx, model_id: ModelId, at: Date): Promise<void> {
  const step = { by: { id: 'system', as: 'system' }, at };
  for (const { id, state } of await program.splitsOf(tx, { model_id }))
    if (state === 'active') await program.moveSplit(tx, 'supersede', { id, ...step });
  const waiting = await program.waitingTransfer(tx, model_id);
  if (!waiting) return;
  await program.moveTransfer(tx, 'withdraw', { id: waiting.id, ...step });
  await dropTimer(tx, { kind: TRANSFER_TIMER, subject_id: waiting.id, at });
}
