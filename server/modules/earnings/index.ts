export { divide, type DividedPart, type SplitPart } from './split.ts';
export { payerCommitment, payerSalt, sealReceipt } from './receipts.ts';
export {
  countByDay,
  countLines,
  insertLines,
  insertReceipt,
  insertSplit,
  type Line,
  linesBetween,
  linesOfGeneration,
  linesOfPerson,
  receiptOf,
  splitInForce,
  sumsByModel,
} from './store.ts';
