import type { Integrity } from '#web/api-types.ts';

export const anomalyNames: Record<Integrity['categories'][number]['anomalies'][number]['kind'], string> = {
  support_of_class: 'Carried by one kind of accounts',
  burst: 'A burst of first ballots',
  same_choices: 'The same choices',
  stealth: 'Honest but for one entry',
  prize_relation: 'Near to a prize',
  model_rights: 'Rights to its model',
  alarm: 'Votes unlike those of many people',
};
