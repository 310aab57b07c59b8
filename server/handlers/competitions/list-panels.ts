import { ownPanels } from '../../views/competitions/panels.ts';
import { member, os } from '../base.ts';

export const listPanels = os.competitions.listPanels.handler(({ context: { context, caller } }) =>
  ownPanels(context, member(caller)),
);
