import { knownByDigest } from '../../views/provenance.ts';
import { os } from '../base.ts';

export const getByDigest = os.provenance.getByDigest.handler(
  async ({ input, context: { context, caller } }) => ({
    matches: await knownByDigest(context, input.digest.replace('sha256:', ''), caller.account?.id ?? null),
  }),
);
