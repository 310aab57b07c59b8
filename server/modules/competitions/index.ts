export { type AwardAct, awardMachine, type AwardState } from './award-machine.ts';
export * from './awards.ts';
export * from './entries.ts';
export { type EntryAct, entryMachine, type EntryState } from './entry-machine.ts';
export {
  areInOrder,
  type Calendar,
  endOf,
  INSTANTS,
  type Instants,
  instantsIn,
  instantsOf,
  shifted,
  USUAL_CALENDAR,
} from './instants.ts';
export {
  isResumable,
  RESUMES,
  type Resumable,
  type RoundAct,
  roundMachine,
  type RoundState,
} from './round-machine.ts';
export * from './rounds.ts';
export {
  breaches,
  concerns,
  type CreationFacts,
  JUDGING,
  modelBreaches,
  type ModelFacts,
  personBreaches,
  type PersonFacts,
  reason,
  type ReasonCode,
  reasonOf,
  type Ruled,
  rulesDocument,
  sentencesOf,
} from './rules.ts';
export { sharesAreWhole, splitPrize } from './shares.ts';
export * from './templates.ts';
export {
  addLinks,
  authorsIn,
  barVoters,
  choseAbout,
  enrol,
  entriesBy,
  judgesOf,
  nameClusters,
  type Voter,
  votersAmong,
  votersOf,
} from './voters.ts';
export {
  classOf,
  clustersOf,
  factsSaid,
  looksMs,
  type Medium,
  phaseOfState,
  type VoterFacts,
  whyNotVote,
} from './voter-rules.ts';
export {
  type Contest,
  contestAt,
  contestOf,
  contestsToTend,
  entryNames,
  openPhase,
  putCopy,
  type Shown,
  showingsOf,
  takeDownEntry,
  votableEntries,
  withoutCopy,
} from './voting.ts';
export {
  type Field,
  fieldOf,
  type Given,
  givenTo,
  insertPairs,
  isCast,
  isOpen,
  nextPair,
  skipLapsed,
  takeCounter,
  turnsOf,
} from './pairs.ts';
export {
  ballotsBy,
  ballotsOf,
  type Cast,
  castAmong,
  closePhase,
  entryShown,
  insertBallots,
  insertRoot,
  mayPlace,
  pathsOf,
  phasesOf,
  placeBallots,
  placedFrom,
  placedOf,
  reportsCast,
  type Root,
  rootsOf,
} from './ballots.ts';
export { growing, leafHash } from './ballot-tree.ts';
export * from './vote-records.ts';
export { linkDigest, pseudonymOf } from './pseudonyms.ts';
export { type Found as FoundAnomaly, type LookedAt, looksAt } from './anomalies.ts';
export { digestOfSheet, saltWithNotes } from './commitment.ts';
export {
  integrityCaseMachine,
  type IntegrityCaseState,
  resultDisputeMachine,
  type ResultDisputeState,
} from './dispute-machine.ts';
export * from './disputes.ts';
export * from './exposure.ts';
export { type JudgeAct, judgeMachine, type JudgeState } from './judge-machine.ts';
export * from './judges.ts';
export * from './leaving.ts';
export { personal } from './personal.ts';
export * from './standings.ts';
export * from './tallies.ts';
