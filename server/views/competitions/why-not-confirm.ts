import type { Db } from '../../kit/database.ts';
import * as competitions from '../../modules/competitions/index.ts';

/** What stands between results and their confirmation, in sentences; nothing: they may be confirmed. */
export async function whyNotConfirm(db: Db, round: competitions.Round, at: Date): Promise<string[]> {
  if (round.state !== 'dispute_window') return ['Its results are not out, or final already.'];
  const disputes = (await competitions.disputesOf(db, round.id)).filter(({ state }) => state === 'open');
  const cases = (await competitions.integrityCasesOf(db, round.id)).filter(({ state }) => state === 'open');
  return [
    ...when(
      at < round.disputes_until,
      `They may be disputed until ${round.disputes_until.toISOString().slice(0, 16)}Z.`,
    ),
    ...when(disputes.length > 0, `Disputes wait for a decision: ${disputes.length}.`),
    ...when(cases.length > 0, `Cases are open at the integrity desk: ${cases.length}.`),
    ...when(!(await competitions.isCounted(db, round.id)), 'A category is being counted anew.'),
  ];
}

const when = (holds: boolean, says: string): string[] => (holds ? [says] : []);
