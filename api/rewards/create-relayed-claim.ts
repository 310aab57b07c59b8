import * as z from 'zod';
import { endpoint } from '../base.ts';
import { may } from '../errors.ts';
import { AnyAddress } from './claim-shapes.ts';
import { Bytes32 } from './shapes.ts';

/** The house sends the claim and pays for the transaction; the money goes to the wallet and nowhere else. */
export const createRelayedClaim = endpoint
  .route({
    method: 'POST',
    path: '/me/rewards/relayed-claims',
    tags: ['Rewards'],
    summary: 'Have one’s $STELAI claimed by the house',
    successStatus: 202,
  })
  .errors(
    may('NOT_FOUND', 'CHAIN_ABSENT', 'CHAIN_AWAY', 'CHAIN_HALTED', 'CLAIM_NOTHING', 'CLAIM_NOT_RELAYED'),
  )
  .input(z.strictObject({ wallet: AnyAddress }))
  .output(z.object({ tx_hash: Bytes32 }));
