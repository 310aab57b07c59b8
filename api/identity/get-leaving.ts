import { endpoint } from '../base.ts';
import { Leaving } from './leaving-shapes.ts';

export const getLeaving = endpoint
  .route({
    method: 'GET',
    path: '/me/leaving',
    tags: ['Identity'],
    summary: 'What would happen if I left',
    description:
      'What would go, what would stay, and what stands in the way; and since when I leave, if I asked to.',
  })
  .output(Leaving);
