import { asId } from '../../ids.ts';
import { benchSheet } from '../../views/bench-sheet.ts';
import { os } from '../base.ts';

export const getBench = os.program.getBench.handler(({ input, context: { context, caller } }) =>
  benchSheet(context, caller, { application_id: asId(input.id), revision: input.revision }),
);
