import { endpoint } from '../base.ts';
import { Wallet } from './shapes.ts';

export const getWallet = endpoint
  .route({ method: 'GET', path: '/wallet', tags: ['Wallet'], summary: 'My credits' })
  .output(Wallet);
