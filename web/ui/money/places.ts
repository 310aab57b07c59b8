import type { Change } from '#web/api-types.ts';

const places: Record<Change['place'], string> = {
  paid: 'Paid credits',
  promo: 'Promo credits',
  frozen: 'Frozen credits',
  vesting: 'Vesting earnings',
  pending: 'Pending earnings',
  available: 'Available earnings',
  held: 'Held by a case',
  owed: 'Debt to us',
  house: "Stellary's part",
  budget: 'Promo budget',
  sold: 'Back with the payment provider',
};

export function placeOf({ place, amount_micros }: Change): string {
  if (place !== 'owed') return places[place];
  return amount_micros.startsWith('-') ? 'Becomes a debt to us' : 'A debt to us that ends';
}
