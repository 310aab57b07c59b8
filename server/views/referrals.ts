import type * as z from 'zod';
import type { getOwnReferral } from '#api/referrals/get-own-referral.ts';
import type { Referral } from '#api/referrals/shapes.ts';
import type { Context } from '../context.ts';
import type { AccountId } from '../ids.ts';
import { present } from '../kit/assert.ts';
import { micros } from '../kit/money.ts';
import * as campaigns from '../modules/campaigns/index.ts';
import { referralRules } from './links.ts';
import { pageOf, placeOf, rowOf } from './paging.ts';
import { people } from './people.ts';

const WHY_NOT_COUNTED: Record<campaigns.Excluded, string> = {
  same_device: 'It was opened in a browser that you signed in with.',
  same_network: 'It was opened from a network that you were on.',
  second_account: 'Another account was opened in that browser before.',
};
const WHY_NOTHING: Record<campaigns.RewardReason, string> = {
  same_device: 'You both signed in with the same browser.',
  same_network: 'You were both on the same network.',
  team: 'You share the earnings of a model.',
  banned: 'One of the two accounts was closed.',
  budget: 'The referral budget was used up when the purchase was made.',
  payment_taken_back: 'The payment was taken back.',
};

/** Who came by somebody's links. Who they are is theirs: said is when, and what it brought. */
export async function referralList(
  context: Context,
  owner_id: AccountId,
  { limit, cursor }: { limit: number; cursor?: string | undefined },
) {
  const list = `referrals ${owner_id}`;
  const after = rowOf(placeOf(context, list, cursor));
  const rows = await campaigns.referralsPage(context.db, owner_id, { after, limit: limit + 1 });
  const { shown, next_cursor } = pageOf(context, list, rows, limit, ({ at, id }) => [at.toISOString(), id]);
  return { items: shown.map(presentReferral), next_cursor };
}

type Row = Awaited<ReturnType<typeof campaigns.referralsPage>>[number];
function presentReferral(row: Row): z.infer<typeof Referral> {
  const { at, code, label, excluded, state, reason, ended_at, settled_at } = row;
  return {
    ...{ code, label },
    came_at: at.toISOString(),
    counts: excluded === null,
    reward: state && {
      state,
      amount_micros: micros(present(row.amount_micros, 'the amount of a reward')),
      due_at: present(row.due_at, 'the day of a reward').toISOString(),
      ended_at: (ended_at ?? settled_at)?.toISOString() ?? null,
    },
    why: excluded ? WHY_NOT_COUNTED[excluded] : reason ? WHY_NOTHING[reason] : null,
  };
}

/** By whose link somebody came. */
export async function ownReferral(
  { db }: Context,
  account_id: AccountId,
): Promise<z.infer<(typeof getOwnReferral)['~orpc']['outputSchema'] & z.ZodType>> {
  const [came, reward] = await Promise.all([
    campaigns.attributionOf(db, account_id),
    campaigns.rewardOfAccount(db, account_id),
  ]);
  const counts = came && !came.excluded ? came : null;
  const person = await people(db, counts ? [counts.owner_id] : []);
  return {
    brought_by: counts && person(counts.owner_id),
    reward: reward
      ? {
          state: reward.state,
          amount_micros: micros(reward.amount_micros),
          due_at: reward.due_at.toISOString(),
        }
      : null,
    rules: referralRules(),
  };
}
