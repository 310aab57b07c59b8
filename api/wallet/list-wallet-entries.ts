import * as z from 'zod';
import { endpoint, page, paged } from '../base.ts';
import { WalletEntry } from './shapes.ts';

/** A hold and what became of it are one entry; with a `kind` every entry of that kind is told. */
export const listWalletEntries = endpoint
  .route({
    method: 'GET',
    path: '/wallet/entries',
    tags: ['Wallet'],
    summary: 'Everything that moved my credits, newest first',
  })
  .input(z.strictObject({ kind: WalletEntry.shape.kind.optional(), ...paged(50) }))
  .output(page(WalletEntry));
