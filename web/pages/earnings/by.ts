/** What earnings are told apart by. */
export const BY = ['model', 'day', 'release', 'source', 'funding', 'role', 'collaborator'] as const;
export type By = (typeof BY)[number];
export const BY_NAMES: Record<By, string> = {
  ...{ model: 'Model', day: 'Day', release: 'Release', source: 'Source' },
  ...{ funding: 'Funding', role: 'Role', collaborator: 'Collaborator' },
};
