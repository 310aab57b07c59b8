import { endpoint } from '../base.ts';
import { LinkedWallets } from './wallet-shapes.ts';

export const listLinkedWallets = endpoint
  .route({
    method: 'GET',
    path: '/linked-wallets',
    tags: ['Rewards'],
    summary: 'The wallet I am paid at, and those before it',
  })
  .output(LinkedWallets);
