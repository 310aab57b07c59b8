import pino from 'pino';

export type Log = pino.Logger;

/** Structured lines on stdout, or prose while a person is watching. Prompts and secrets are never logged. */
export function createLog(level: string): Log {
  return pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime });
}
