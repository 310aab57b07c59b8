export {
  type Application,
  applicationById,
  applicationsOf,
  beginApplication,
  canonicalRevision,
  countBegun,
  countOpen,
  emptyDraft,
  headOf,
  insertRevision,
  isOpen,
  lockOwn,
  moveApplication,
  applicationOfModel,
  lineageOfModel,
  newestRevision,
  openApplications,
  type Revision,
  revisionById,
  revisionsOf,
  saveDraft,
} from './applications.ts';
export { type ApplicationAct, applicationMachine, type ApplicationState } from './application-machine.ts';
export {
  acceptAgreement,
  type Agreement,
  agreementInForce,
  agreementsOf,
  lockAgreements,
  ownersOf,
  takeOverAt,
} from './store.ts';
export { type Held, heldModels, type HeldUnder, heldUnder } from './held.ts';
export { CLOCKS } from './clocks.ts';
export * from './leaving.ts';
export { personal } from './personal.ts';
export { applicationFunnel } from './funnel.ts';
export { compareTexts } from './terms-diff.ts';
export {
  type Acceptance,
  acceptancesOf,
  allTerms,
  announceTerms,
  daysAfter,
  digestOf,
  followsFrom,
  newestTerms,
  NOTICE_DAYS,
  publishTerms,
  recordAcceptance,
  SUNSET_DAYS,
  type Terms,
  termsAt,
  termsByVersion,
} from './terms.ts';
export {
  conditionsOfModel,
  insertOffer,
  moveOffer,
  type Offer,
  offerById,
  offerOfApplication,
} from './offers.ts';
export { offerMachine, type OfferState } from './offer-machine.ts';
export {
  answerSplit,
  countInvitations,
  insertSplitProposal,
  liveSplit,
  lockSplit,
  moveSplit,
  type Part,
  proposedParts,
  splitById,
  type SplitProposal,
  splitsAskedOf,
  splitsOf,
} from './splits.ts';
export { splitMachine, type SplitState } from './split-machine.ts';
export {
  countTransfers,
  insertTransfer,
  moveTransfer,
  type Transfer,
  transferById,
  transfersOf,
  waitingTransfer,
} from './transfers.ts';
export { transferMachine, type TransferState } from './transfer-machine.ts';
export {
  CAPABILITIES,
  capacityIn,
  creatorsWithout,
  type Capability,
  ensureMembership,
  membershipOf,
  membershipsUnlike,
  moveMembership,
  STANDINGS,
  WHY_NOT_RUN,
} from './membership.ts';
export { type MembershipAct, membershipMachine, type Standing } from './membership-machine.ts';
export {
  APPLICATIONS_MAX,
  BEGUN_PER_DAY_MAX,
  DRAFT_BYTES_MAX,
  FORM_VERSION,
  LINEAGE_DEPTH_MAX,
  RIGHTS,
  ROYALTIES_PPM_MAX,
  TRIALS_MAX,
  TRIALS_EVER_MAX,
} from './form.ts';
export {
  countTrials,
  dropTrial,
  keepTrial,
  type NewTrial,
  storedTrialFiles,
  type Trial,
  trialsByIds,
  trialsOf,
} from './trials.ts';
export { benchMachine, type BenchState } from './bench-machine.ts';
export {
  BENCH_SUITE,
  EMPTY_PROMPT,
  NO_PROMPT,
  OWN_MACHINES,
  planCells,
  type PlannedCell,
} from './bench-suite.ts';
export * from './bench.ts';
export * from './house-cells.ts';
export * from './sample-prints.ts';
export { alphaOf, severityOf } from './calibration.ts';
export * from './decisions.ts';
export { contradicts, QUORUM, QUORUM_OF_APPEAL, REVIEWS_MIN, standOf } from './panel.ts';
export { type AssignmentAct, reviewMachine } from './review-machine.ts';
export * from './reviews.ts';
export { coolDownOf } from './decisions.ts';
export { type Difference, differences } from './differences.ts';
export { collaborationMachine, type CollaborationState } from './collaboration-machine.ts';
export * from './collaborations.ts';
