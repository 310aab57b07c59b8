import { asId, type ApplicationId } from '../../ids.ts';
import { deskFile } from '../../views/desk.ts';
import { os } from '../base.ts';
import { deskViewer } from './desk.ts';

export const getDeskFile = os.program.getDeskFile.handler(({ input, context: { context, caller } }) =>
  deskFile(context, deskViewer(caller), asId<ApplicationId>(input.id)),
);
