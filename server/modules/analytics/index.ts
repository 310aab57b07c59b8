export {
  type Correction,
  type EarnerRole,
  type Fact,
  NOBODY,
  type Of,
  type Outcome,
  type Part,
  type Source,
  SOURCES,
  type Via,
  VIAS,
} from './fact.ts';
export { addCorrections, addFacts, derivedAfter, FOLD_MAX, insertionOf, noteDerived } from './write.ts';
export { foldFacts, foldRestMs } from './fold.ts';
export { dropMonths, forgetMinutes, makeMonthsAhead, sketchDay, sumNextDay } from './keep.ts';
export {
  binOf,
  BINS,
  binsOf,
  EDGES_MS,
  EMPTY,
  type Histogram,
  mergeHistograms,
  percentilesOf,
} from './histogram.ts';
export { type Earned, EARNED_BY, type EarnedBy, EVERYBODY, type Latency, type Usage } from './read.ts';
export { earnedBy, latencyOf, reasonsOf, usageOf, wholeHoursBefore } from './whole-hours.ts';
export { type Cohort, cohortsOf, distinctOf, EXACT_DAYS, type People } from './people.ts';
export { type Atom, atomsOf, breakDownWeek, type Dimension, DIMENSIONS, NONE } from './weeks.ts';
export { COUNTER, lastProof, type Mark, markOf, unprovedSince } from './mark.ts';
export {
  addPart,
  beginExport,
  countExports,
  deleteExport,
  endExport,
  exportOf,
  type ExportRow,
  exportsInUse,
  exportsOf,
  forgetExports,
  insertExport,
  leaveExport,
  partName,
  type PartRow,
  partsOf,
  type Place,
  takeExport,
  takeTurnToOrder,
  Wish,
} from './exports.ts';
export { factsAfter, factsFrom, type RawFact } from './raw.ts';
export {
  dueAfter,
  endSchedule,
  insertSchedule,
  periodOf,
  SCHEDULE_TIMER,
  scheduleById,
  type ScheduleRow,
  schedulesOf,
} from './schedules.ts';
export { rebuild, type Rebuilt } from './rebuild.ts';
export {
  daysCounted,
  dayToProve,
  type Difference,
  type Due,
  differencesOn,
  PROVED,
  recordProof,
} from './prove.ts';
export { machineCosts, setMachineCost } from './costs.ts';
export { personal } from './personal.ts';
