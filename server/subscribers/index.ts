import type { Subscriber } from '../kit/outbox.ts';
import { newsToListings } from './news-to-listings.ts';
import { settledToHeat } from './settled-to-heat.ts';
import { actsToNotifications } from './acts-to-notifications.ts';
import { settledToModelUse } from './settled-to-model-use.ts';

export const subscribers: readonly Subscriber[] = [
  actsToNotifications,
  settledToModelUse,
  settledToHeat,
  newsToListings,
];
