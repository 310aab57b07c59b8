import * as z from 'zod';
import { endpoint } from '../base.ts';
import { CreditPack } from './shapes.ts';

export const listCreditPacks = endpoint
  .route({ method: 'GET', path: '/credit-packs', tags: ['Wallet'], summary: 'What can be bought' })
  .output(z.object({ items: z.array(CreditPack) }));
