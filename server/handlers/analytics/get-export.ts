import { asId } from '../../ids.ts';
import { exportPage } from '../../views/exports.ts';
import { member, os } from '../base.ts';

export const getExport = os.analytics.getExport.handler(({ input, context: { context, caller } }) =>
  exportPage(context, member(caller), asId(input.id)),
);
