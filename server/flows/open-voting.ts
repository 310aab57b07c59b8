import { canonical, sha256Hex } from '@stellary/judging';
import type { VotingPhase } from '#api/competitions/voting-shapes.ts';
import type { Context } from '../context.ts';
import { audit } from '../kit/audit.ts';
import type { Tx } from '../kit/database.ts';
import * as competitions from '../modules/competitions/index.ts';

/**
 * Lets members vote in a phase on whatever stands in it then: all eligible entries, or the finalists. What they draw
 * from does not change after it, and its digest goes into the audit chain. Answers whether it began now.
 */
export async function openVoting(
  tx: Tx,
  { category_id, kind }: Pick<competitions.Contest, 'category_id' | 'kind'>,
  phase: VotingPhase,
  at: Date,
): Promise<boolean> {
  const entries = await competitions.votableEntries(tx, category_id, phase);
  // finalists are found some moments after the final began
  if (entries.length < 2) return false;
  const contenders = entries.map(({ id, show_duration_ms }) => ({
    entry_id: id,
    looks_ms: competitions.looksMs(kind, show_duration_ms),
  }));
  const begun = await competitions.openPhase(tx, { category_id, phase, contenders, at });
  if (begun) {
    // as a bundle names its entries, so that anyone can see that pairs were drawn from these and no others
    const shown = entries.map(({ id, show_digest }) => [id, show_digest]);
    await audit(tx, {
      ...{ at, actor: 'system', act: 'competitions.contenders', subject: category_id },
      detail: { phase, contenders: shown.length, digest: sha256Hex(canonical(shown)) },
    });
  }
  return begun;
}

/** Begins what is to begin. Answers in how many categories. */
export async function openVotings(
  { database, clock }: Context,
  contests: readonly competitions.Contest[],
): Promise<number> {
  let opened = 0;
  for (const contest of contests) {
    const { phase, category_id } = contest;
    if (!phase) continue;
    const phases = await competitions.phasesOf(database.db, category_id);
    if (phases.some((one) => one.phase === phase)) continue;
    opened += Number(await database.inTransaction((tx) => openVoting(tx, contest, phase, clock.now())));
  }
  return opened;
}
