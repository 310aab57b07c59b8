import * as z from 'zod';
import { endpoint, Id } from '../base.ts';
import { may } from '../errors.ts';
import { DeskEpoch } from './desk-shapes.ts';
import { Bytes32 } from './shapes.ts';

/** A second person cuts what somebody else proposed: awards are committed to wallets, and the root goes to the chain. */
export const createEpochApproval = endpoint
  .route({
    method: 'POST',
    path: '/epochs/{id}/approval',
    successStatus: 201,
    tags: ['Rewards'],
    summary: 'Approve an epoch, and cut it',
  })
  .errors(
    may(
      'NOT_FOUND',
      'NOT_NOW',
      'STATE_CHANGED',
      'SECOND_PERSON_NEEDED',
      'EPOCH_PROPOSER_LEFT',
      'OWN_INTEREST',
      'EPOCH_EMPTY',
      'EPOCH_CHANGED',
      'EPOCH_UNFUNDED',
      'CHAIN_ABSENT',
      'CHAIN_HALTED',
    ),
  )
  .input(
    z.strictObject({
      id: Id,
      version: z.int().min(1),
      digest: Bytes32.meta({ description: 'Who gets what, as you saw it (`preview.digest`).' }),
    }),
  )
  .output(DeskEpoch);
