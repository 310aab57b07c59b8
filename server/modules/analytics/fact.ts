import type { AccountId, GenerationId, ModelId, ReleaseId, SlotId } from '../../ids.ts';

/** How a generation was asked for: on our pages, by our API, or by one of those that we speak as well. */
export const VIAS = ['page', 'api', 'replicate', 'openai', 'fal'] as const;
export type Via = (typeof VIAS)[number];

/**
 * By what its payer came to the model: a featured place, one that a campaign booked, a link of the creator's, following
 * the creator, or none of it.
 */
export const SOURCES = ['slot', 'campaign', 'link', 'follow', 'direct'] as const;
export type Source = (typeof SOURCES)[number];

export type Outcome = 'succeeded' | 'failed' | 'cancelled' | 'expired';

/** As whom somebody earns: as their line says, or by hand. */
export type EarnerRole = 'creator' | 'collaborator' | 'parent' | 'claimant' | 'adjustment';

/** What one person earned by one generation, or what a correction changed of it: by bought credits and by promo credits. */
export type Part = {
  person_id: AccountId;
  role: EarnerRole;
  paid_micros: bigint;
  promo_micros: bigint;
};

/** A generation that has ended. */
export type Fact = {
  generation_id: GenerationId;
  ended_at: Date;
  began_at: Date;
  model_id: ModelId;
  release_id: ReleaseId;
  /** Whose the model was by the terms that were frozen at the start. */
  creator_id: AccountId;
  payer_id: AccountId;
  outcome: Outcome;
  /** The code of its failure. */
  reason: string | null;
  related: boolean;
  price_micros: bigint;
  /** What was charged, in the kinds that it was paid with; nothing unless it succeeded. */
  promo_micros: bigint;
  paid_micros: bigint;
  queue_ms: number;
  /** Lease to delivery; null where nobody ran it to its end. */
  run_ms: number | null;
  total_ms: number;
  via: Via;
  source: Source;
  slot_id: SlotId | null;
  follower: boolean;
  /** A continent; nothing finer is known. */
  region: string | null;
  /** Enumerated and numeric fields of its input, as `field=value`. */
  settings: readonly string[];
  modality: string;
  earned: readonly Part[];
};

/** What became of its money later. Parts have the sign of the change; of what vests, the amount that did. */
export type Correction = {
  id: string;
  at: Date;
  kind: 'refund' | 'chargeback' | 'forfeit' | 'lapse' | 'claim' | 'vested' | 'adjustment';
  /** Null of a correction by hand, which is of none. */
  generation_id: GenerationId | null;
  promo_micros: bigint;
  paid_micros: bigint;
  parts: readonly Part[];
};

/** Whose models, and which: null is any, or all of theirs. */
export type Of = { creator_id: AccountId | null; model_ids: readonly ModelId[] | null };

/** Rows of nobody are the sums of all. */
export const NOBODY = '00000000-0000-0000-0000-000000000000';
