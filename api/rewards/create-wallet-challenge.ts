import * as z from 'zod';
import { endpoint, Id, Instant } from '../base.ts';
import { may } from '../errors.ts';
import { Address } from './shapes.ts';

/** The message that a wallet signs to be linked. Asking again takes the place of what was asked before. */
export const createWalletChallenge = endpoint
  .route({
    method: 'POST',
    path: '/linked-wallets/challenges',
    successStatus: 201,
    tags: ['Rewards'],
    summary: 'Ask for the message that links a wallet',
    description:
      'A message as in EIP-4361, for this account, this address and the chain of the rewards alone. It is good once, for ten minutes.',
  })
  .errors(
    may('WRONG_CREDENTIALS', 'CHAIN_ABSENT', 'CHAIN_AWAY', 'WALLET_IMPOSSIBLE', 'WALLET_LINKED_ALREADY'),
  )
  .input(
    z.strictObject({
      address: Address,
      password: z.string().max(200).meta({ description: 'The account password once more.' }),
    }),
  )
  .output(z.object({ challenge_id: Id, message: z.string(), expires_at: Instant }));
