import { programPage } from '../../views/program-page.ts';
import { os } from '../base.ts';

export const getProgram = os.program.getProgram.handler(({ context: { context } }) => programPage(context));
