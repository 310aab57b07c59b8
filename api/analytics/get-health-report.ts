import { endpoint } from '../base.ts';
import { HealthReport } from './shapes.ts';

export const getHealthReport = endpoint
  .route({
    method: 'GET',
    path: '/analytics/platform/health',
    tags: ['Analytics'],
    summary: 'Whether the figures are fresh, and proven',
  })
  .output(HealthReport);
