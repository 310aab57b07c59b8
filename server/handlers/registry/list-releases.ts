import { releaseList } from '../../views/releases.ts';
import { member, os } from '../base.ts';

export const listReleases = os.registry.listReleases.handler(({ input, context: { context, caller } }) =>
  releaseList(context, member(caller), input),
);
