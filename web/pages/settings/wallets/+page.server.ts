import { orRefuse } from '#web/load.ts';

export async function load({ locals, url, depends }) {
  depends('app:wallets');
  return { wallets: await orRefuse(locals.api.rewards.listLinkedWallets(), url) };
}
