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
export { addCorrections, addFacts, insertionOf } from './write.ts';
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
export {
  type Earned,
  EARNED_BY,
  earnedBy,
  type EarnedBy,
  EVERYBODY,
  type Latency,
  latencyOf,
  reasonsOf,
  type Usage,
  usageOf,
} from './read.ts';
export { type Cohort, cohortsOf, distinctOf, EXACT_DAYS, type People } from './people.ts';
export { type Atom, atomsOf, breakDownWeek, type Dimension, DIMENSIONS } from './weeks.ts';
export { COUNTER, lastProof, type Mark, markOf } from './mark.ts';
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
export { factsAfter, type RawFact } from './raw.ts';
export {
  endSchedule,
  insertSchedule,
  SCHEDULE_TIMER,
  scheduleById,
  type ScheduleRow,
  schedulesOf,
} from './schedules.ts';
export { rebuild, type Rebuilt } from './rebuild.ts';
export { daysCounted, dayToProve, type Difference, differencesOn, PROVED, recordProof } from './prove.ts';
