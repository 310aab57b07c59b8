export * from './ledger.ts';
export { invariants, type Violation } from './invariants.ts';
