import * as identity from '../../modules/identity/index.ts';
import { pageOf, placeOf } from '../../views/paging.ts';
import { os } from '../base.ts';

export const listMail = os.identity.listMail.handler(async ({ input, context: { context } }) => {
  const { limit, cursor } = input;
  const [after = null] = placeOf(context, 'mail', cursor) ?? [];
  const mails = await identity.listMail(context.db, { after, limit: limit + 1 });
  const { shown, next_cursor } = pageOf(context, 'mail', mails, limit, ({ id }) => [id]);
  return { items: shown.map((mail) => ({ ...mail, at: mail.at.toISOString() })), next_cursor };
});
