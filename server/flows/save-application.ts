import type { JsonObject } from '#db';
import type { Context } from '../context.ts';
import type { AccountId, ApplicationId } from '../ids.ts';
import { actsFrom } from '../kit/state-machine.ts';
import * as program from '../modules/program/index.ts';
import { refuse } from '../refuse.ts';

type Saved = { draft: JsonObject; draft_version: number };

/** Saves the whole draft over the one that it builds on; answers what stands there now. */
export async function saveApplication(
  context: Context,
  applicant_id: AccountId,
  id: ApplicationId,
  { draft, draft_version }: Saved,
): Promise<program.Application> {
  const at = context.clock.now();
  if (Buffer.byteLength(JSON.stringify(draft)) > program.DRAFT_BYTES_MAX)
    refuse('DRAFT_TOO_LARGE', { bytes_max: program.DRAFT_BYTES_MAX });
  return context.database.inTransaction(async (tx) => {
    const application = (await program.lockOwn(tx, id, applicant_id)) ?? refuse('NOT_FOUND');
    demandWritable(application, 'write');
    const saved = { draft, draft_version, ...program.headOf(draft) };
    const version = await program.saveDraft(tx, id, saved, at);
    if (version === null) refuse('DRAFT_CHANGED', { draft_version: application.draft_version });
    return { ...application, draft, draft_version: version, draft_at: at };
  });
}

/** What was submitted is changed only after it was asked for. */
export function demandWritable({ state }: program.Application, act: string): void {
  const possible = actsFrom(program.applicationMachine, state, 'applicant');
  if (!possible.includes('submit')) refuse('NOT_NOW', { state, act, possible });
}
