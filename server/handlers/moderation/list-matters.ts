import { matterList } from '../../views/matters.ts';
import { member, os } from '../base.ts';

export const listMatters = os.moderation.listMatters.handler(({ input, context: { context, caller } }) =>
  matterList(context, member(caller), input.state),
);
