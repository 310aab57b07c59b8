import * as marketplace from '../../modules/marketplace/index.ts';
import { member, os } from '../base.ts';

export const getUnread = os.marketplace.getUnread.handler(async ({ context: { context, caller } }) => ({
  unread: await marketplace.countUnread(context.db, member(caller)),
}));
