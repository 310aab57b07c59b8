import { hash, randomBytes } from 'node:crypto';
import type { Context } from '../context.ts';
import type { AccountId } from '../ids.ts';
import * as campaigns from '../modules/campaigns/index.ts';

const SECRET_BYTES = 32;
export const digestOfSecret = (secret: string): Buffer => hash('sha256', secret, 'buffer');

/** Gives somebody's own calendar a new secret address: whoever has it reads it, without signing in. */
export async function makeCalendarAddress(context: Context, person_id: AccountId): Promise<string> {
  const secret = randomBytes(SECRET_BYTES).toString('base64url');
  await context.database.inTransaction((tx) =>
    campaigns.setCalendarAddress(tx, person_id, digestOfSecret(secret), context.clock.now()),
  );
  return `${context.origins.public}/calendars/${secret}.ics`;
}
