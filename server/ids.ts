import { hash, randomInt } from 'node:crypto';
import { stringify, v7 as uuidv7 } from 'uuid';

/**
 * Every id of the product: a UUID, version 7, so that rows lie in the order in which they came.
 * The brand keeps one kind from being passed for another; on the wire it is a plain string.
 */
type Id<Kind extends string> = string & { readonly __kind: Kind };

export type AccountId = Id<'account'>;
export type SessionId = Id<'session'>;
export type ApiKeyId = Id<'api_key'>;
export type LeavingId = Id<'leaving'>;
export type ModelId = Id<'model'>;
export type ReleaseId = Id<'release'>;
export type AgreementId = Id<'agreement'>;
export type ApplicationId = Id<'application'>;
export type RevisionId = Id<'revision'>;
export type TrialId = Id<'trial'>;
export type BenchSheetId = Id<'bench_sheet'>;
export type ReviewId = Id<'review'>;
export type AssignmentId = Id<'assignment'>;
export type DeclaredConflictId = Id<'declared_conflict'>;
export type DecisionId = Id<'decision'>;
export type ProposalId = Id<'proposal'>;
export type RemarkId = Id<'remark'>;
export type LetterId = Id<'letter'>;
export type OfferId = Id<'offer'>;
export type SplitProposalId = Id<'split_proposal'>;
export type ModelUploadId = Id<'model_upload'>;
export type ClaimId = Id<'claim'>;
export type EditSetId = Id<'edit_set'>;
export type DeprecationId = Id<'deprecation'>;
export type TransferId = Id<'transfer'>;
export type LinkId = Id<'link'>;
export type TouchId = Id<'touch'>;
export type RewardId = Id<'reward'>;
export type EventId = Id<'event'>;
export type CollaborationId = Id<'collaboration'>;
export type GenerationId = Id<'generation'>;
export type WorkerId = Id<'worker'>;
export type CanaryId = Id<'canary'>;
export type AssetId = Id<'asset'>;
export type UploadId = Id<'upload'>;
export type BoardId = Id<'board'>;
export type BatchId = Id<'batch'>;
export type CommentId = Id<'comment'>;
export type RatingId = Id<'rating'>;
export type NotificationId = Id<'notification'>;
export type SlotId = Id<'slot'>;
export type SlotBookingId = Id<'slot_booking'>;
export type SlotChangeId = Id<'slot_change'>;
export type ReportId = Id<'report'>;
export type RulingId = Id<'ruling'>;
export type ObjectionId = Id<'objection'>;
export type CampaignId = Id<'campaign'>;
export type PromptRefusalId = Id<'prompt_refusal'>;
export type PurchaseId = Id<'purchase'>;
export type CaseId = Id<'case'>;
export type AdjustmentId = Id<'adjustment'>;
export type PayoutId = Id<'payout'>;
export type ExportId = Id<'export'>;
export type ScheduleId = Id<'schedule'>;
export type RoundId = Id<'round'>;
export type TemplateId = Id<'template'>;
export type CategoryId = Id<'category'>;
export type EntryId = Id<'entry'>;
export type JudgeId = Id<'judge'>;
export type TallyId = Id<'tally'>;
export type ResultDisputeId = Id<'result_dispute'>;
export type IntegrityCaseId = Id<'integrity_case'>;
export type AwardId = Id<'award'>;
export type RecoveryId = Id<'recovery'>;
/** One published root of $STELAI, from its draft on. */
export type EpochId = Id<'epoch'>;
/** Why payments on a chain stand still. */
export type HaltId = Id<'halt'>;
export type WalletLinkId = Id<'wallet_link'>;
export type WalletChallengeId = Id<'wallet_challenge'>;
/** A pair that a voter was given, and the ballot that answers it. */
export type PairId = Id<'pair'>;
/** The id of a set of postings. It is the id of what caused them, so a cause can be posted only once. */
export type TransactionId = Id<'transaction'>;

const SEQ_START_MAX = 2 ** 31;
let latest = { msecs: 0, seq: 0 };

/** A new id; `at` puts it where it belongs in time, and after those made before it in the same millisecond. */
export function newId<T extends Id<string>>(at: Date): T {
  const msecs = at.getTime();
  latest = { msecs, seq: msecs === latest.msecs ? latest.seq + 1 : randomInt(SEQ_START_MAX) };
  return uuidv7(latest) as T;
}

/** Takes an id that the contract has already checked. */
export const asId = <T extends Id<string>>(uuid: string): T => uuid as T;

/**
 * The same words give the same id: the natural key of an act that may happen only once. A UUID of version 8, the
 * first bytes of SHA-256 (RFC 9562, B.2): PostgreSQL has that hash built in and so computes the same
 * (`audit.id_of`), where SHA-1 of version 5 would need an extension.
 */
export function idOf<T extends Id<string>>(...words: string[]): T {
  const bytes = hash('sha256', [NAMESPACE, ...words].join('\0'), 'buffer').subarray(0, 16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x80;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return stringify(bytes) as T;
}
export const NAMESPACE = '3c1b1a3e-7c39-4d53-9f0f-6f2f5f8f3a10';
