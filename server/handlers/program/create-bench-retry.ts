import { retryBench } from '../../flows/retry-bench.ts';
import { type ApplicationId, asId } from '../../ids.ts';
import { benchSheet } from '../../views/bench-sheet.ts';
import { member, os } from '../base.ts';

export const createBenchRetry = os.program.createBenchRetry.handler(
  async ({ input, context: { context, caller } }) => {
    const application_id = asId<ApplicationId>(input.id);
    await retryBench(context, member(caller), application_id, input.version);
    return benchSheet(context, caller, { application_id, revision: undefined });
  },
);
