import { Role, type Scope } from '#api/identity/shapes.ts';
import type { AccountId, ApiKeyId, SessionId, WorkerId } from '../../ids.ts';

export type { Role, Scope } from '#api/identity/shapes.ts';

/** Who makes a request, and how we know. */
export type Caller = {
  account: { id: AccountId; handle: string; display_name: string; roles: Role[] } | null;
  via: 'session' | 'api_key' | 'worker' | 'none';
  session_id: SessionId | null;
  api_key_id: ApiKeyId | null;
  /** A worker that fetches jobs: it has no account and may do nothing else. */
  worker_id: WorkerId | null;
  /** What an API key may do. Empty for sessions, which are not limited by scopes. */
  scopes: Scope[];
};

export const nobody: Caller = {
  account: null,
  via: 'none',
  session_id: null,
  api_key_id: null,
  worker_id: null,
  scopes: [],
};

/** Roles that act on other people's things: their sessions are short. */
const STAFF: readonly Role[] = Role.exclude(['member', 'creator']).options;

export const isStaff = (roles: readonly Role[]) => roles.some((role) => STAFF.includes(role));

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const LIFE = { idle_ms: 14 * DAY, absolute_ms: 60 * DAY };
const STAFF_LIFE = { idle_ms: 12 * HOUR, absolute_ms: 7 * DAY };

/** The instant at which a session ends by itself; roles may have changed since it began. */
export function sessionEnd(session: { created_at: Date; seen_at: Date }, roles: readonly Role[]): Date {
  const life = isStaff(roles) ? STAFF_LIFE : LIFE;
  return new Date(
    Math.min(session.created_at.getTime() + life.absolute_ms, session.seen_at.getTime() + life.idle_ms),
  );
}

export const sessionEndAtMost = (created_at: Date, roles: readonly Role[]): Date =>
  new Date(created_at.getTime() + (isStaff(roles) ? STAFF_LIFE : LIFE).absolute_ms);

/** `seen_at` and `last_used_at` are written at most this often. */
export const SEEN_EVERY_MS = 60_000;

export const KEYS_MAX = 25;
