export {
  applyRoyalties,
  apportion,
  divide,
  type DividedPart,
  ImpossibleSplit,
  type Royalty,
  type SplitPart,
} from '@stellary/split';
export { payerCommitment, payerSalt, sealReceipt } from './receipts.ts';
export { insertPurchase, lastPurchases, type Purchase, purchaseById } from './purchases.ts';
export {
  type AgreedRoyalty,
  insertRoyalties,
  newestRoyalties,
  redirectRoyalties,
  royaltiesInForce,
  royaltiesOwedFor,
  withRoyalties,
} from './royalties.ts';
export {
  blockByNumber,
  blocksAfter,
  closeBlock,
  type Closed,
  closeDay,
  dayOfBlock,
  daysAfter,
  endOfReceiptLog,
  hashesInReceiptLog,
  hashTree,
  mayCloseReceipts,
  placeOfReceipt,
  treeOfBlock,
  treeOfDay,
} from './blocks.ts';
export {
  type AgreedPart,
  countByDay,
  countLines,
  countLinesOf,
  earnedBy,
  insertLines,
  insertReceipts,
  insertSplit,
  type Line,
  type LineRole,
  linesBetween,
  linesOfGeneration,
  linesOfPerson,
  partsOfGeneration,
  whoEarnedBy,
  receiptOf,
  sharedAmong,
  sharersWith,
  splitInForce,
  splitsFrom,
  sumsByModel,
} from './store.ts';
export { claimMachine, type ClaimAct, type ClaimState } from './claim-machine.ts';
export * from './claims.ts';
export * from './corrections.ts';
export * from './gains.ts';
export { openMattersOf, sharesOf } from './leaving.ts';
export * from './liabilities.ts';
export { personal } from './personal.ts';
export * from './parts.ts';
export * from './statements.ts';
export * from './teams.ts';
export * from './movements.ts';
