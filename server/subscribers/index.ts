import type { Subscriber } from '../kit/outbox.ts';
import { deedsToCampaigns } from './deeds-to-campaigns.ts';
import { newsToCreations } from './news-to-creations.ts';
import { newsToFacts } from './news-to-facts.ts';
import { newsToListings } from './news-to-listings.ts';
import { settledToHeat } from './settled-to-heat.ts';
import { purchasesToRewards } from './purchases-to-rewards.ts';
import { actsToNotifications } from './acts-to-notifications.ts';
import { roundsToNotifications } from './rounds-to-notifications.ts';
import { settledToModelUse } from './settled-to-model-use.ts';
import { settledToSlots } from './settled-to-slots.ts';
import { settledToModelUsers } from './settled-to-model-users.ts';
import { claimsToEntries } from './claims-to-entries.ts';

export const subscribers: readonly Subscriber[] = [
  actsToNotifications,
  roundsToNotifications,
  deedsToCampaigns,
  settledToModelUse,
  settledToModelUsers,
  settledToHeat,
  settledToSlots,
  newsToListings,
  newsToFacts,
  newsToCreations,
  purchasesToRewards,
  claimsToEntries,
];
