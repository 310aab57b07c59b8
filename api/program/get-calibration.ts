import * as z from 'zod';
import { endpoint } from '../base.ts';
import { Calibration } from './review-shapes.ts';

/** Reviewers see themselves, chairs see everybody. No decision is made of it. */
export const getCalibration = endpoint
  .route({
    method: 'GET',
    path: '/review/calibration',
    tags: ['Review'],
    summary: 'How severe reviewers are, and how much they agree',
  })
  .input(z.strictObject({}))
  .output(Calibration);
