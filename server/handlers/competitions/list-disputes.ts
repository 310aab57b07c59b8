import { listedDisputes } from '../../views/competitions/results.ts';
import { os } from '../base.ts';

export const listDisputes = os.competitions.listDisputes.handler(
  async ({ input: { slug }, context: { context, caller } }) => ({
    items: await listedDisputes(context, caller.account, slug),
  }),
);
