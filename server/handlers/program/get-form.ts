import { applicationForm } from '../../views/application-form.ts';
import { os } from '../base.ts';

export const getForm = os.program.getForm.handler(({ context: { context } }) => applicationForm(context));
