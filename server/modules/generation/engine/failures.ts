import type { Ending } from './child-process.ts';
import type { EngineFailure } from './types.ts';

/** What becomes of a run whose child did not end it. */
export function failureOf(ending: Exclude<Ending<unknown>, { type: 'end' }>): EngineFailure {
  switch (ending.type) {
    case 'cancelled':
      return cancelled();
    case 'timeout':
      return {
        ok: false,
        code: 'timeout',
        message: `took longer than ${ending.wall_ms_max} ms`,
        retryable: false,
      };
    case 'exit':
      if (ranOutOfMemory(ending.stderr))
        return {
          ok: false,
          code: 'out_of_memory',
          message: 'needed more memory than it may have',
          retryable: false,
        };
      return crashed(`the process ended (${ending.signal ?? `code ${ending.code}`})`);
  }
}

/** Libraries say it in several ways. */
export const ranOutOfMemory = (message: string) =>
  /out of memory|bad_alloc|Cannot (allocate|enlarge) memory|allocat\w+ failed|Failed to allocate|SetPermissions/i.test(
    message,
  );

export function crashed(message: string): EngineFailure {
  return { ok: false, code: 'engine_crashed', message, retryable: true };
}

export function cancelled(): EngineFailure {
  return { ok: false, code: 'cancelled', message: 'cancelled', retryable: false };
}
