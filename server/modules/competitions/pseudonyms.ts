import { createHmac, type KeyObject } from 'node:crypto';
import type { AccountId, RoundId } from '../../ids.ts';

/**
 * The name that stands for a person in what is published of one category. It says nothing about another category, and
 * only who has the secret of the installation can make it. The same as `pseudonymOf` of @stellary/judging, by Node's own
 * HMAC, so that the secret stays an object.
 */
export const pseudonymOf = (
  secret: KeyObject,
  { round_id, kind }: { round_id: RoundId; kind: string },
  person_id: AccountId,
): string =>
  createHmac('sha256', secret).update(`voter|${round_id}:${kind}|${person_id}`).digest('hex').slice(0, 32);

/** What ties accounts together, as a digest that ties them in this category and says nothing elsewhere. */
export const linkDigest = (secret: KeyObject, category_id: string, link: string): string =>
  createHmac('sha256', secret).update(`link|${category_id}|${link}`).digest('base64url').slice(0, 16);
