import * as z from 'zod';
import { Modality } from '#api/base.ts';
import { Progress, GenerationState } from '#api/generation/shapes.ts';
import { type AccountId, asId, type GenerationId, type ReleaseId, type WorkerId } from '../../ids.ts';
import type { Db } from '../../kit/database.ts';
import { Terms } from './terms.ts';

const JsonObject = z.record(z.string(), z.unknown());
const Failure = z.object({ code: z.string(), message: z.string() });
export type Failure = z.infer<typeof Failure>;

/** What every reader of a generation asks for. */
export const columns = [
  'id',
  'payer_id',
  'release_id',
  'modality',
  'pool',
  'input',
  'seed',
  'terms',
  'price_micros',
  'promo_micros',
  'paid_micros',
  'charged_micros',
  'state',
  'class',
  'fair_tag',
  'attempts',
  'worker_id',
  'fence',
  'leased_at',
  'cancel_asked_at',
  'progress',
  'failure',
  'batch_id',
  'board_id',
  'deadline_at',
  'created_at',
  'started_at',
  'ended_at',
] as const;

export type Row = Awaited<ReturnType<typeof rowById>>;
const rowById = (db: Db, id: GenerationId) =>
  db.selectFrom('generation.generation').select(columns).where('id', '=', id).executeTakeFirstOrThrow();

export const read = (row: Row) => ({
  ...row,
  id: asId<GenerationId>(row.id),
  payer_id: asId<AccountId>(row.payer_id),
  release_id: asId<ReleaseId>(row.release_id),
  worker_id: row.worker_id === null ? null : asId<WorkerId>(row.worker_id),
  modality: Modality.parse(row.modality),
  state: GenerationState.parse(row.state),
  input: JsonObject.parse(row.input),
  terms: Terms.parse(row.terms),
  progress: Progress.nullable().parse(row.progress),
  failure: Failure.nullable().parse(row.failure),
  seed: Number(row.seed),
});
export type Generation = ReturnType<typeof read>;
