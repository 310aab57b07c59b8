import { v5 as uuidv5, v7 as uuidv7 } from 'uuid';

/**
 * Every id of the product: a UUID, version 7, so that rows lie in the order in which they came.
 * The brand keeps one kind from being passed for another; on the wire it is a plain string.
 */
type Id<Kind extends string> = string & { readonly __kind: Kind };

export type AccountId = Id<'account'>;
export type SessionId = Id<'session'>;
export type ApiKeyId = Id<'api_key'>;
export type ModelId = Id<'model'>;
export type ReleaseId = Id<'release'>;
export type AgreementId = Id<'agreement'>;
export type GenerationId = Id<'generation'>;
export type AssetId = Id<'asset'>;
export type PurchaseId = Id<'purchase'>;
export type CaseId = Id<'case'>;
export type AdjustmentId = Id<'adjustment'>;
export type PayoutId = Id<'payout'>;
export type RoundId = Id<'round'>;
export type AwardId = Id<'award'>;
/** The id of a set of postings. It is the id of what caused them, so a cause can be posted only once. */
export type TransactionId = Id<'transaction'>;

/** A new id; `at` puts it where it belongs in time. */
export const newId = <T extends Id<string>>(at: Date): T => uuidv7({ msecs: at.getTime() }) as T;

/** Takes an id that the contract has already checked. */
export const asId = <T extends Id<string>>(uuid: string): T => uuid as T;

const NAMESPACE = '3c1b1a3e-7c39-4d53-9f0f-6f2f5f8f3a10';
/** The same words give the same id: the natural key of an act that may happen only once. */
export const idOf = <T extends Id<string>>(...words: string[]): T => uuidv5(words.join('\0'), NAMESPACE) as T;
