export * from './ledger.ts';
export { type Check, checks, exceptions, type Thoroughness, type Violation } from './invariants.ts';
export { head, LedgerHead, missingOf, verifyChains } from './heads.ts';
export { dayBalances, givenBefore, history, legsOf, type Movement } from './history.ts';
export * from './as-of.ts';
