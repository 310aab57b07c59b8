import type { CategoryPlan } from '#api/competitions/shapes.ts';
import { type AccountId, newId, type RoundId } from '../ids.ts';
import type { Tx } from '../kit/database.ts';
import type { Actor } from '../kit/state-machine.ts';
import * as competitions from '../modules/competitions/index.ts';
import { refuse } from '../refuse.ts';

type Draft = {
  title: string;
  month: string;
  template: competitions.Template | null;
  written_by: AccountId;
};

/** The draft of a month's round, by somebody or by itself. */
export async function draftRound(
  tx: Tx,
  { title, month, template, written_by }: Draft,
  by: Actor,
  at: Date,
): Promise<RoundId> {
  const id = newId<RoundId>(at);
  const { theme = '', story = '', categories = [] } = template ?? {};
  const round = {
    ...{ id, template_id: template?.id ?? null, slug: await freeSlug(tx, title, month), title },
    ...{ theme, story, month, written_by },
    ...competitions.instantsOf(month, template ?? competitions.USUAL_CALENDAR),
  };
  await competitions.beginRound(tx, round, by, at).catch(refuseKnown);
  await competitions.putCategories(tx, id, categories.map(categoryOf), at);
  return id;
}

export const categoryOf = ({ prizes, ...category }: CategoryPlan): competitions.NewCategory => ({
  ...category,
  prizes_nanos: prizes.map(BigInt),
});

/** An address made of the title and the month; of two of one title in a month the second is numbered. */
async function freeSlug(tx: Tx, title: string, month: string): Promise<string> {
  const plain = title.normalize('NFKD').toLowerCase().replace(/\p{M}/gu, '');
  const words = plain.replace(/[^a-z0-9]+/g, '-').slice(0, 40);
  const base = `${words.replace(/^-+|-+$/g, '') || 'round'}-${month}`;
  for (let number = 1; ; number += 1) {
    const slug = number === 1 ? base : `${base}-${number}`;
    if (!(await competitions.slugIsTaken(tx, slug))) return slug;
  }
}

/** Refuses by name what another round has already. */
export function refuseKnown(error: unknown): Promise<never> {
  const constraint = error instanceof Error && 'constraint' in error ? error.constraint : undefined;
  if (constraint === 'round_address') return refuse('ROUND_ADDRESS_TAKEN');
  if (constraint === 'round_once_a_month') return refuse('ROUND_EXISTS');
  return Promise.reject(error);
}
