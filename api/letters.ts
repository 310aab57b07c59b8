/** Everything that people are written, in words. A language that it is translated into has a build of this file. */
export * from './analytics/letter-words.ts';
export * from './claims/letter-words.ts';
export * from './competitions/letter-words.ts';
export * from './earnings/letter-words.ts';
export * from './identity/letter-words.ts';
export * from './program/letter-words.ts';
export * from './program/transfer-letter-words.ts';
export * from './registry/letter-words.ts';
export * from './rewards/letter-words.ts';
