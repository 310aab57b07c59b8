import { asId, type JudgeId } from '../../ids.ts';
import { ownPanelPage } from '../../views/competitions/panels.ts';
import { member, os } from '../base.ts';

export const getPanel = os.competitions.getPanel.handler(({ input, context: { context, caller } }) =>
  ownPanelPage(context, member(caller), asId<JudgeId>(input.id)),
);
