import { oneOf, orRefuse } from '#web/load.ts';

const kinds = ['hold', 'charge', 'release', 'grant', 'purchase', 'refund', 'expiry'] as const;

export async function load({ locals, url, depends }) {
  depends('app:wallet');
  const kind = oneOf(kinds, url.searchParams.get('kind'));
  const { wallet: api } = locals.api;
  const [wallet, entries, packs] = await orRefuse(
    Promise.all([api.getWallet(), api.listWalletEntries({ kind, limit: 50 }), api.listCreditPacks()]),
    url,
  );
  return { wallet, entries, packs: packs.items, kind };
}
