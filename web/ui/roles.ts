import type { Role } from '#web/api-types.ts';

/** Every role, and what it opens today. A member is everyone who has an account. */
export const roleSays: Record<Role, string> = {
  member: 'has an account',
  creator: 'sees the earnings of their models and may withdraw releases',
  reviewer: 'is staff: shorter sessions, nothing of its own to do in this version',
  judge: 'is staff: shorter sessions, nothing of its own to do in this version',
  moderator: 'is staff: shorter sessions, nothing of its own to do in this version',
  finance: 'refunds, holds and corrects earnings, and resolves disputes',
  admin: 'gives and takes roles',
};
export const roles = [
  'member',
  'creator',
  'reviewer',
  'judge',
  'moderator',
  'finance',
  'admin',
] as const satisfies readonly Role[];
