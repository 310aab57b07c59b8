import * as z from 'zod';
import { endpoint, Id } from '../base.ts';
import { may } from '../errors.ts';
import { LinkedWallet } from './wallet-shapes.ts';

/** A wallet that is not deployed yet sends along what deploys it. */
const SIGNATURE_CHARS_MAX = 40_000;

/** Links the wallet in place of the one before. What was cut for that one stays with it. */
export const createLinkedWallet = endpoint
  .route({
    method: 'POST',
    path: '/linked-wallets',
    successStatus: 201,
    tags: ['Rewards'],
    summary: 'Link a wallet',
    description:
      'With the signature of the wallet on the message. A key signs, or a contract on the chain of the rewards says yes (ERC-1271), also one that is not deployed yet (ERC-6492).',
  })
  .errors(
    may(
      'CHAIN_ABSENT',
      'CHAIN_AWAY',
      'WALLET_CHALLENGE_UNKNOWN',
      'WALLET_CHALLENGE_EXPIRED',
      'WALLET_SIGNATURE_WRONG',
      'WALLET_OF_ANOTHER',
      'WALLET_LINKED_ALREADY',
    ),
  )
  .input(
    z.strictObject({
      challenge_id: Id,
      signature: z
        .string()
        .max(SIGNATURE_CHARS_MAX)
        .regex(/^0x(?:[0-9a-fA-F]{2})+$/, 'is a signature: hex after 0x'),
    }),
  )
  .output(LinkedWallet);
