import type { Letter } from '#api/language.ts';
import type { Context } from '../context.ts';
import type { AccountId } from '../ids.ts';
import type { Db, Tx } from '../kit/database.ts';
import { type Letters, lettersIn } from '../letters.ts';
import * as identity from '../modules/identity/index.ts';

/** Writes to somebody in the language that they chose; to whoever is not here any more nothing. */
export async function sendMail(
  tx: Tx,
  { config }: Context,
  to: AccountId,
  write: (say: Letters) => Letter | undefined,
  at: Date,
): Promise<void> {
  const account = await identity.accountById(tx, to);
  const letter = account && write(await lettersIn(account.language, config.languages));
  if (letter) await identity.writeMail(tx, { to: account.email, ...letter, mode: config.mode }, at);
}

/** Writes to many at once, each in their language; one look and one insert, however many they are. */
export async function sendMails(
  tx: Tx,
  { config }: Pick<Context, 'config'>,
  to: ReadonlyMap<AccountId, (say: Letters) => Letter>,
  at: Date,
): Promise<void> {
  const mails = [];
  for (const { id, email, language } of await identity.mailboxes(tx, [...to.keys()])) {
    const letter = to.get(id)?.(await lettersIn(language, config.languages));
    if (letter) mails.push({ to: email, ...letter, mode: config.mode });
  }
  await identity.writeMails(tx, mails, at);
}

/** What somebody is written, in their language. */
export async function lettersFor(db: Db, { config }: Context, to: AccountId): Promise<Letters> {
  const account = await identity.accountById(db, to);
  return lettersIn(account?.language ?? null, config.languages);
}

/** A link that opens once, with what proves that it was sent to this address. */
export const linkTo = ({ origins }: Context, page: string, token: string): string =>
  `${origins.public}/${page}?token=${encodeURIComponent(token)}`;
