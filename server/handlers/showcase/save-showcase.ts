import { saveShowcase as save } from '../../flows/save-showcase.ts';
import { showcasePage } from '../../views/showcases.ts';
import { member, os } from '../base.ts';

export const saveShowcase = os.showcase.saveShowcase.handler(
  async ({ input, context: { context, caller } }) => {
    await save(context, member(caller), input);
    return showcasePage(context, caller, input.slug);
  },
);
