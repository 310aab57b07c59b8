import { oneOf, orRefuse, unlessToCome } from '#web/load.ts';
import { instantIn } from '#ui/money/instant.ts';

const kinds = ['hold', 'charge', 'release', 'grant', 'purchase', 'refund', 'expiry'] as const;

export async function load({ locals, url, depends }) {
  depends('app:wallet');
  const kind = oneOf(kinds, url.searchParams.get('kind'));
  const at = instantIn(url);
  const { wallet: api } = locals.api;
  const [wallet, entries, packs, balances, referral] = await orRefuse(
    Promise.all([
      api.getWallet(),
      api.listWalletEntries({ kind, limit: 50 }),
      api.listCreditPacks(),
      at ? unlessToCome(locals.api.earnings.getBalances({ at })) : null,
      locals.api.referrals.getOwnReferral({}),
    ]),
    url,
  );
  return { wallet, entries, packs: packs.items, kind, balances, at, referral };
}
