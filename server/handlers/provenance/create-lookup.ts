import { lookIntoFile } from '../../views/provenance.ts';
import { os } from '../base.ts';

export const createLookup = os.provenance.createLookup.handler(
  async ({ input, context: { context, caller } }) =>
    lookIntoFile(context, new Uint8Array(await input.body.arrayBuffer()), caller.account?.id ?? null),
);
