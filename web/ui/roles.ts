import type { Role } from '#web/api-types.ts';

/** Every role, and what it is for. A member is everyone who has an account. */
export const roleSays: Record<Role, string> = {
  member: 'has an account',
  creator: 'publishes models and earns',
  reviewer: 'scores applications',
  judge: 'judges competitions',
  moderator: 'moderates',
  finance: 'reads the books',
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
