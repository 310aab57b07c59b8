import type { Context } from '../context.ts';
import type { AccountId } from '../ids.ts';
import type { Tx } from '../kit/database.ts';
import { tell } from '../kit/outbox.ts';
import * as identity from '../modules/identity/index.ts';
import * as marketplace from '../modules/marketplace/index.ts';
import type { StatementBody } from '../views/statement.ts';
import { sendMail } from './send-mail.ts';

/** Where credits lie that were bought or given: who only spends these is written nothing. */
const OF_SPENDERS: readonly string[] = ['paid', 'promo', 'frozen'];

/** Whether anything of what somebody earned moved in a month. */
export const isOfCreator = ({ lines }: Pick<StatementBody, 'lines'>): boolean =>
  lines.some(({ account }) => !OF_SPENDERS.includes(account));

/** Tells creators that their statements are there, here and by letter; whoever switched that off is told neither way. */
export async function tellOfStatements(
  tx: Tx,
  context: Context,
  month: string,
  creators: readonly AccountId[],
  at: Date,
): Promise<void> {
  const left = await identity.leftAmong(tx, creators);
  const here = creators.filter((person_id) => !left.has(person_id));
  const told = { kind: 'statement', about: null, actor_id: null } as const;
  const people = await marketplace.tellMany(tx, here, told, at);
  const page = `${context.origins.public}/statements/${month}`;
  for (const person_id of people)
    await sendMail(tx, context, person_id, (say) => say.statementLetter(page, month), at);
  if (people.length > 0) await tell(tx, 'notifications.changed', { people }, at);
}
