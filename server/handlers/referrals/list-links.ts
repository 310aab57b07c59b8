import { linkList } from '../../views/links.ts';
import { member, os } from '../base.ts';

export const listLinks = os.referrals.listLinks.handler(({ context: { context, caller } }) =>
  linkList(context, member(caller)),
);
