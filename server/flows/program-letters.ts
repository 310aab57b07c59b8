import type { ProgramLetter } from '#api/program/letter-words.ts';
import type { JsonObject } from '#db';
import type { Context } from '../context.ts';
import { type LetterId, newId } from '../ids.ts';
import type { Tx } from '../kit/database.ts';
import type { Letters } from '../letters.ts';
import * as program from '../modules/program/index.ts';
import { lettersFor, sendMail } from './send-mail.ts';

/** The wording of api/program/letter-words.ts: another wording is another version, and says so on the letter. */
const TEMPLATE = '2026-11';

/** Writes an applicant a letter that stays, and sends it to them. */
export async function writeLetter(
  tx: Tx,
  context: Context,
  { id: application_id, applicant_id }: program.Application,
  write: (say: Letters) => ProgramLetter,
  at: Date,
): Promise<LetterId> {
  const { kind, subject, text, facts } = write(await lettersFor(tx, context, applicant_id));
  const id = newId<LetterId>(at);
  const template = `${kind}/${TEMPLATE}`;
  await program.insertLetter(tx, {
    id,
    application_id,
    kind,
    template,
    subject,
    text,
    facts: facts as JsonObject,
    written_at: at,
  });
  const link = `${context.origins.public}/program/applications/${application_id}`;
  await sendMail(tx, context, applicant_id, () => ({ subject, text: `${text}\n\n${link}`, link }), at);
  return id;
}
