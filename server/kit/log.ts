import pg from 'pg';
import pino from 'pino';

export type Log = pino.Logger;

/** Structured lines on stdout, or prose while a person is watching. Prompts and secrets are never logged. */
export function createLog(level: string, to?: pino.DestinationStream): Log {
  const options: pino.LoggerOptions = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    serializers: { err: shownError },
  };
  return to ? pino(options, to) : pino(options);
}

const CAUSES_MAX = 3;

/**
 * An error without what it quotes. PostgreSQL repeats rows and parameters in `detail` and `where`, and with
 * them prompts and addresses; so only what is named here gets through.
 */
function shownError(error: unknown, causes = 0): Record<string, unknown> {
  if (!(error instanceof Error)) return { type: typeof error };
  const message = quotesInput(error) ? '(left out: it quotes what was given)' : error.message;
  return {
    type: error.constructor.name,
    message,
    ...('code' in error && { code: error.code }),
    ...('constraint' in error && { constraint: error.constraint }),
    ...('table' in error && { table: error.table }),
    stack: [message, ...framesOf(error)].join('\n'),
    ...(error.cause instanceof Error && causes < CAUSES_MAX
      ? { cause: shownError(error.cause, causes + 1) }
      : {}),
  };
}

/** `invalid input syntax for type uuid: "…"` (class 22), and JSON.parse, which shows where it stumbled. */
const quotesInput = (error: Error) =>
  error instanceof SyntaxError ||
  (error instanceof pg.DatabaseError && error.code?.startsWith('22') === true);

/** The stack begins with the message, which may have several lines. */
const framesOf = ({ stack = '' }: Error) => stack.split('\n').filter((line) => /^\s+at /.test(line));
