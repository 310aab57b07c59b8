import type { Receipt } from '#web/api-types.ts';

type Role = Receipt['parts'][number]['role'];

/** What people call the roles in which a price is shared. */
export const partRoles: Record<Role, string> = {
  creator: 'Creator',
  collaborator: 'Collaborator',
  parent: 'Parent model',
  platform: 'Platform',
};

/** A part that is nobody's is ours. */
export const payeeOf = ({ person }: { person: { display_name: string } | null }) =>
  person?.display_name ?? 'Stellary';
