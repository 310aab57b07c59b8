export { type Bytes, fromHash, hex, type Sha256, sha256 } from './bytes.ts';
export { type Finding, inWords } from './findings.ts';
export { canonical, parseCanonical } from './canonical.ts';
export {
  EMPTY_ROOT,
  type InclusionProof,
  inclusionProof,
  type MerkleTree,
  merkleTree,
  verifyInclusion,
} from './merkle.ts';
export {
  liabilityCommitment,
  type SumLeaf,
  type SumProof,
  sumProof,
  type SumRoot,
  type SumTree,
  sumTree,
  verifyLiability,
} from './sum-tree.ts';
export {
  type BlockHeader,
  type ChainFinding,
  type DayHeader,
  type Header,
  type HeaderFinding,
  headerHash,
  type LiabilitiesHeader,
  NO_PREVIOUS,
  ROOT_TYPE,
  type SignedHeader,
  verifyChain,
  verifyHeader,
} from './roots.ts';
export {
  type Check,
  type CheckName,
  payerCommitment,
  type ReceiptEvidence,
  type ReceiptMoney,
  verifyReceipt,
} from './receipt.ts';
export {
  type AssetStatement,
  inputCommitment,
  ASSET_STATEMENT_TYPE,
  type StatementCheck,
  type StatementEvidence,
  verifyStatement,
} from './statement.ts';
export {
  BUNDLE_FORMAT,
  bundleFormat,
  bundleOf,
  BundleUnreadable,
  parseBundle,
  parseKeySet,
  parseStatementBundle,
  type ProofBundle,
  STATEMENT_FORMAT,
  type StatementBundle,
} from './bundle.ts';
