import type { TemplatePlan } from '#api/competitions/shapes.ts';
import type { Context } from '../context.ts';
import { type AccountId, newId, type TemplateId } from '../ids.ts';
import { audit } from '../kit/audit.ts';
import type { Tx } from '../kit/database.ts';
import { StepRefused } from '../kit/state-machine.ts';
import * as competitions from '../modules/competitions/index.ts';
import { refuse } from '../refuse.ts';
import { setDraftTimer } from './repeat-round.ts';
import { categoryIssues, refuseIssues } from './write-round.ts';

/** Writes what rounds are made from; where it repeats, the next month's draft is due some days ahead. */
export async function writeTemplate(
  context: Context,
  actor_id: AccountId,
  { id, version, plan }: { id: TemplateId | null; version: number; plan: TemplatePlan },
): Promise<TemplateId> {
  const at = context.clock.now();
  const { database } = context;
  return database.inTransaction(async (tx) => {
    refuseIssues(await categoryIssues(tx, plan.categories));
    const written = { ...plan, written_by: actor_id, written_at: at };
    const template_id = id ?? newId<TemplateId>(at);
    if (id === null) await competitions.insertTemplate(tx, { ...written, id: template_id });
    else await rewrite(tx, { id, version }, written);
    await setDraftTimer(tx, { ...plan, id: template_id }, at);
    await audit(tx, {
      ...{ at, actor: actor_id, act: 'round-template.write', subject: template_id },
      detail: { title: plan.title },
    });
    return template_id;
  });
}

async function rewrite(
  tx: Tx,
  seen: { id: TemplateId; version: number },
  written: Parameters<typeof competitions.writeTemplate>[2],
): Promise<void> {
  const found = (await competitions.lockTemplate(tx, seen.id)) ?? refuse('NOT_FOUND');
  if (!(await competitions.writeTemplate(tx, seen, written)))
    throw new StepRefused({ code: 'STATE_CHANGED', version: found.version });
}
