import { embedOf } from '../../views/embeds.ts';
import { os } from '../base.ts';

export const getEmbed = os.showcase.getEmbed.handler(({ input, context: { context } }) =>
  embedOf(context, input.of, input.name),
);
