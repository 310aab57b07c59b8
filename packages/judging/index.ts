export {
  assign,
  type Asked,
  type Assignment,
  control,
  controlPlaces,
  pairAt,
  type Rejects,
  type Scope,
} from './assign.ts';
export { ballotAt, ballotLeaf, ballotTable, fillBallot, roomForBallots } from './ballots.ts';
export {
  type Bundle,
  BUNDLE_FORMAT,
  bundling,
  countOf,
  dailyRoot,
  type DailyRoot,
  hashBallots,
  makeBundle,
  type Published,
  rulesHash,
  type RulesDocument,
} from './bundle.ts';
export { canonical, type Json } from './canonical.ts';
export {
  type Ballot,
  type Ballots,
  CannotCount,
  type Choice,
  CHOICES,
  type Count,
  DEFAULT_RULES,
  type Entry,
  FINALISTS,
  FLOOR,
  GIVEN_MAX,
  type Judge,
  type Phase,
  PHASES,
  QUOTA,
  type Refusal,
  type Rules,
  STELLAR_JUDGE,
  type Voter,
  type VoterClass,
} from './kinds.ts';
export { commitSeed, pseudonymOf } from './lots.ts';
export { hashLeaf, hashLeaves, type InclusionProof, isIncluded, proofOf, rootOf } from './merkle.ts';
export { panelCommitment, type Verdict } from './panel.ts';
export { award, type Place } from './prizes.ts';
export { type Qualifying, qualifying, type QualifyingCount } from './qualifying.ts';
export { type Finding, readBundle, reading, type Reading } from './read.ts';
export { inWords, type Recount, recount, recounting } from './recount.ts';
export { sha256, sha256Hex } from './sha256.ts';
export { finish, type Step } from './steps.ts';
export { type Fit, fit, type Graph, graphOf, type Wins, winsOf } from './strengths.ts';
export { readWritten, writing } from './table-text.ts';
export {
  counting,
  type FinalistOutcome,
  type Outcome,
  tally,
  tallyQualifying,
  type VoterOutcome,
} from './tally.ts';
export { weigh, type Weights } from './weigh.ts';
