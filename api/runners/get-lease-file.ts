import * as z from 'zod';
import { endpoint } from '../base.ts';
import { may } from '../errors.ts';
import { Fence, LeaseParams, Sha256 } from './shapes.ts';

/** A file of the model that a leased job needs, or a picture that its input names. Files of models are nowhere else to be had. */
export const getLeaseFile = endpoint
  .route({
    method: 'GET',
    path: '/runners/leases/{lease_id}/files/{sha256}',
    tags: ['Workers'],
    summary: 'Fetch a file of a model, or a picture of an input',
  })
  .errors(may('LEASE_LOST', 'NOT_FOUND'))
  .input(LeaseParams.extend({ sha256: Sha256, fence: Fence }))
  .output(z.file());
