import { asId, type ReleaseId } from '../../ids.ts';
import { quoteOf } from '../../views/quote.ts';
import { os } from '../base.ts';

export const createQuote = os.generation.createQuote.handler(({ input, context: { context, caller } }) =>
  quoteOf(context, caller.account?.id ?? null, {
    release_id: asId<ReleaseId>(input.release_id),
    input: input.input,
  }),
);
