export * from './ledger.ts';
export { type Check, checks, exceptions, type Thoroughness } from './invariants.ts';
export { CHAINS, head, LedgerHead, missingOf, verifyChains } from './heads.ts';
export {
  capturedHolds,
  dayBalances,
  givenBefore,
  history,
  legsOf,
  type Movement,
  openHoldsOn,
} from './history.ts';
export * from './as-of.ts';
export { type Gain, gainedByEach, lyingAndGained } from './gains.ts';
export { addUp, needsAddingUp } from './subtotals.ts';
