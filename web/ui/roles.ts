import type { Role } from '#web/api-types.ts';

/** Every role, and what it opens today. A member is everyone who has an account. */
export const roleSays: Record<Role, string> = {
  member: 'has an account',
  creator: 'sees the earnings of their models and may withdraw releases',
  coordinator: 'looks through applications first, and gives them to reviewers',
  reviewer: 'scores applications, blind to their authors and to each other',
  chair: 'decides on applications that others reviewed',
  judge: 'is staff: shorter sessions, nothing of its own to do in this version',
  editor: 'fills the slots of the marketplace, and plans and runs campaigns',
  moderator: 'decides on reports and on claims of rights, and changes how creators stand',
  finance: 'refunds, holds and corrects earnings, and resolves disputes',
  admin: 'gives and takes roles',
};
export const roles = Object.keys(roleSays) as Role[];
