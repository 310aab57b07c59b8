import type { Role } from '#web/api-types.ts';

/** Every role, and what it opens today. A member is everyone who has an account. */
export const roleSays: Record<Role, string> = {
  member: 'has an account',
  creator: 'sees the earnings of their models and may withdraw releases',
  coordinator: 'looks through applications first, and gives them to reviewers',
  reviewer: 'scores applications, blind to their authors and to each other',
  chair: 'decides on applications that others reviewed',
  judge: 'ranks finalists of rounds to which they were called',
  editor: 'fills the slots of the marketplace, and plans and runs campaigns',
  moderator: 'decides on reports and on claims of rights, and changes how creators stand',
  finance: 'refunds, holds and corrects earnings, resolves disputes, and puts $STELAI aside and into epochs',
  admin: 'gives and takes roles, and lets payments go on that stood still',
};
export const roles = Object.keys(roleSays) as Role[];
