import * as z from 'zod';
import { endpoint } from '../base.ts';
import { may } from '../errors.ts';
import { DeskEpoch } from './desk-shapes.ts';

/** Proposes to cut an epoch. Nothing is committed before somebody else approves it. */
export const createEpoch = endpoint
  .route({
    method: 'POST',
    path: '/epochs',
    successStatus: 201,
    tags: ['Rewards'],
    summary: 'Propose an epoch',
  })
  .errors(may('EPOCH_UNDER_WAY', 'EPOCH_EMPTY', 'CHAIN_ABSENT', 'CHAIN_HALTED'))
  .input(z.strictObject({}))
  .output(DeskEpoch);
