import { eventIterator } from '@orpc/contract';
import * as z from 'zod';
import { endpoint } from '../base.ts';
import { may } from '../errors.ts';
import { ABOUT_EVENT_IDS, ABOUT_STREAMS } from '../streams.ts';
import { AnalyticsEvent, asked } from './shapes.ts';

/**
 * Server-sent events: the home first, then what changes. With `Last-Event-ID` what was missed instead, as far as it can
 * still be told.
 */
export const watchAnalytics = endpoint
  .route({
    method: 'GET',
    path: '/analytics/events',
    tags: ['Analytics'],
    summary: 'Watch how my models do',
    description: `${ABOUT_STREAMS} ${ABOUT_EVENT_IDS}`,
  })
  .errors(may('ZONE_UNKNOWN'))
  .input(z.strictObject({ zone: asked.zone }))
  .output(eventIterator(AnalyticsEvent));
