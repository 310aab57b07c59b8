import * as z from 'zod';
import { endpoint, page, paged } from '../base.ts';
import { WalletEntry } from './shapes.ts';

export const listWalletEntries = endpoint
  .route({
    method: 'GET',
    path: '/wallet/entries',
    tags: ['Wallet'],
    summary: 'Every hold, charge, release, grant and purchase',
  })
  .input(z.strictObject({ kind: WalletEntry.shape.kind.optional(), ...paged(50) }))
  .output(page(WalletEntry));
