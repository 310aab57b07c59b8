import { type AccountId, newId } from '../../ids.ts';
import type { Db, Tx } from '../../kit/database.ts';
import * as store from './store.ts';

export type Mail = { id: string; to: string; subject: string; text: string; link: string | null; at: Date };

/**
 * Puts a mail into the outbox. In development people read it there. In production no mail service is
 * connected yet, and a working link that lies in a table for nobody is only a risk: it is left out.
 */
export const writeMail = (tx: Tx, mail: Written, at: Date): Promise<void> => writeMails(tx, [mail], at);

/** Many at once. */
export const writeMails = (tx: Tx, mails: readonly Written[], at: Date): Promise<void> =>
  store.insertMails(
    tx,
    mails.map((mail) => kept(mail, at)),
  );

type Written = Omit<Mail, 'id' | 'at'> & { mode: 'development' | 'production' };

function kept({ mode, ...mail }: Written, at: Date): Mail {
  const shown = mode === 'development' || mail.link === null;
  const text = shown ? mail.text : mail.text.replaceAll(mail.link ?? '', '(link left out)');
  return { ...mail, id: newId(at), text, link: shown ? mail.link : null, at };
}

export const listMail = (db: Db, list: { after: string | null; limit: number }): Promise<Mail[]> =>
  store.mail(db, list.after, list.limit);

/** Which letters went to somebody and are still there. Their words may hold a link that works, and are left out. */
export const lettersTo = (db: Db, account_id: AccountId): Promise<Pick<Mail, 'id' | 'subject' | 'at'>[]> =>
  store.lettersTo(db, account_id);
