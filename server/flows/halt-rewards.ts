import { ChainFailed } from '../chain/index.ts';
import type { Context } from '../context.ts';
import { type AccountId, type HaltId, newId } from '../ids.ts';
import { audit } from '../kit/audit.ts';
import * as identity from '../modules/identity/index.ts';
import * as rewards from '../modules/rewards/index.ts';
import { refuse } from '../refuse.ts';
import { BooksDiffer } from './book-chain-event.ts';
import { sendMail } from './send-mail.ts';

/** What cannot be true, or must not be: books and chain are left as they are until a person has looked. */
export class MustHalt extends Error {
  readonly code: string;
  readonly detail: Record<string, unknown>;
  constructor(code: string, says: string, detail: Record<string, unknown> = {}) {
    super(says);
    this.name = 'MustHalt';
    this.code = code;
    this.detail = detail;
  }
}

type Trouble = { code: string; says: string; detail: Record<string, unknown> };

/** The trouble in which an error is one to halt for; null where it is only to be tried again. */
export function troubleIn(error: unknown): Trouble | null {
  if (error instanceof MustHalt) return { code: error.code, says: error.message, detail: error.detail };
  const isOne = error instanceof BooksDiffer || (error instanceof ChainFailed && error.code === 'CHAIN_LIES');
  return isOne ? { code: error.code, says: error.message, detail: {} } : null;
}

/** Stops publishing, reading, claiming through us and cutting. What was found first is what admins are written. */
export async function haltRewards(context: Context, { code, says, detail }: Trouble): Promise<void> {
  const { database, clock, log } = context;
  const at = clock.now();
  const id = newId<HaltId>(at);
  const told = JSON.parse(JSON.stringify(detail, inDigits)) as Record<string, unknown>;
  const isFirst = await database.inTransaction(async (tx) => {
    if (!(await rewards.insertHalt(tx, { id, code, says, detail: told, at }))) return false;
    await audit(tx, { at, actor: 'system', act: 'rewards.halt', subject: id, detail: { code, says } });
    const page = `${context.origins.public}/finance/rewards`;
    for (const admin of await identity.adminIds(tx))
      await sendMail(tx, context, admin, (say) => say.rewardsHaltedLetter(page, { code, says }), at);
    return true;
  });
  if (isFirst) log.error({ halt: code, says, detail: told }, 'payments of $STELAI stand still');
}

const inDigits = (_key: string, value: unknown) => (typeof value === 'bigint' ? String(value) : value);

/** Somebody has looked. What is still wrong halts again at the next step. */
export async function liftHalt(
  { database, clock, wake }: Pick<Context, 'database' | 'clock' | 'wake'>,
  by: AccountId,
  { id, reason }: { id: HaltId; reason: string },
): Promise<void> {
  const at = clock.now();
  await database.inTransaction(async (tx) => {
    if (!(await rewards.endHalt(tx, { id, by, reason }, at))) refuse('HALT_GONE');
    await audit(tx, { at, actor: by, act: 'rewards.lift_halt', subject: id, detail: { reason } });
  });
  wake.send('chain');
}
