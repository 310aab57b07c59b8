import type { NextStep } from '#api/rewards/reward-shapes.ts';

/** Where somebody's $STELAI stands, as far as it decides what comes next. */
export type Standing = {
  has_chain: boolean;
  is_halted: boolean;
  /** awards that wait for an answer, and until when the first of them does */
  to_accept: { awards: number; by: Date } | null;
  owed_nanos: bigint;
  /** what of it waits until its rounds are counted and nothing of them is looked into */
  held_back: { amount_nanos: bigint; rounds: { slug: string; title: string }[] };
  coming_nanos: bigint;
  claimable_nanos: bigint;
  wallet: { counts_from: Date } | null;
  under_way: { number: bigint; until: Date | null } | null;
};

/** What one can do oneself comes first, then what is waited for. */
export function nextSteps(standing: Standing, at: Date): NextStep[] {
  const { has_chain, is_halted, to_accept, owed_nanos, coming_nanos, claimable_nanos } = standing;
  const steps: NextStep[] = [];
  if (claimable_nanos > 0n) steps.push({ kind: 'claim', amount_nanos: String(claimable_nanos) });
  if (to_accept) steps.push({ kind: 'accept', by: to_accept.by.toISOString(), awards: to_accept.awards });
  if (has_chain && standing.wallet === null && (owed_nanos > 0n || to_accept))
    steps.push({ kind: 'link_wallet' });
  if (is_halted && owed_nanos + coming_nanos > 0n) steps.push({ kind: 'halted' });
  if (coming_nanos > 0n && standing.under_way) {
    const { number, until } = standing.under_way;
    steps.push({ kind: 'epoch_waits', number: String(number), until: until?.toISOString() ?? null });
  }
  if (owed_nanos > 0n) steps.push(...waits(standing, at));
  return steps;
}

function waits({ has_chain, wallet, owed_nanos, held_back }: Standing, at: Date): NextStep[] {
  if (!has_chain) return [{ kind: 'no_chain' }];
  const { amount_nanos, rounds } = held_back;
  const held: NextStep[] =
    amount_nanos > 0n ? [{ kind: 'looked_into', amount_nanos: String(amount_nanos), rounds }] : [];
  return owed_nanos > amount_nanos ? [...cutNext(wallet, at), ...held] : held;
}

function cutNext(wallet: Standing['wallet'], at: Date): NextStep[] {
  if (wallet === null) return [];
  const until = wallet.counts_from;
  return until > at ? [{ kind: 'wallet_waits', until: until.toISOString() }] : [{ kind: 'next_epoch' }];
}
