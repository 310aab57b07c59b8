import type { Reversal, Subject } from '#web/api-types.ts';
import { addressWith } from '#ui/address.ts';

/** The address at which finance sees a thing, the lists below it as they are. */
export const subjectHref = (subject: string, url: { search: string } = { search: '' }) =>
  addressWith({ pathname: '/finance', search: url.search }, { subject });

export const kindNames: Record<Subject['kind'], string> = {
  generation: 'Generation',
  refund: 'Reversal',
  purchase: 'Purchase',
  case: 'Case',
  adjustment: 'Adjustment',
  person: 'Person',
};

export const causeNames: Record<Reversal['cause'], string> = {
  refund: 'Refund',
  chargeback: 'Chargeback',
  forfeit: 'Forfeit',
  lapse: 'Lapse',
  claim: 'Claim upheld',
};
