import * as identity from '../../modules/identity/index.ts';
import { shownKey } from '../../views/api-keys.ts';
import { member, os } from '../base.ts';

export const listApiKeys = os.identity.listApiKeys.handler(async ({ context: { context, caller } }) => {
  const keys = await identity.keysOf(context.db, member(caller), context.clock.now());
  return { items: keys.map(shownKey) };
});
