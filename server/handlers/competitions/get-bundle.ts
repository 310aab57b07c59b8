import { bundleFile } from '../../views/competitions/bundles.ts';
import { os } from '../base.ts';

export const getBundle = os.competitions.getBundle.handler(({ input, context: { context } }) =>
  bundleFile(context, input),
);
