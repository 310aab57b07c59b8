export { type CardOrder, createDesk, type Desk, type PaperBlock, type PaperOrder } from './desk/index.ts';
export { createOutside, type Endpoint, finishingAt, type Health, type Outside } from './engine/index.ts';
export {
  createEngine,
  createSandboxEngine,
  engineOutOf,
  inputSchemaOf,
  Manifest,
  misfits,
  modalityOf,
  type NetworkReport,
  SEED_MAX,
  startSandboxOnce,
  type Engine,
  type EngineEvent,
  type EngineResult,
  type EngineSuccess,
  type InputPictures,
  type MediaOutput,
  type Runtime,
} from './engine/index.ts';
export { assetFields, exampleInput, inputSchemaIssues, trialInput } from './input-schema.ts';
export { canaryInput, promptsIn } from './canary-input.ts';
export { misfitOf, WORKS_MAX } from './fits-order.ts';
export { promptOf, readInput, readTrialInput } from './input.ts';
export { explain, fund, meteredFields, priceOf, type Purse, type RateCard } from './pricing.ts';
export { promisedPrice, QUOTE_LIFE_MS, signQuote } from './quotes.ts';
export { ATTEMPTS_MAX, generationMachine, hasEnded, OPEN } from './states.ts';
export * from './assets.ts';
export * from './boards.ts';
export {
  type Estimate,
  estimates,
  leaveService,
  measure,
  type PoolStanding,
  poolStandings,
  serve,
  serveOn,
} from './estimates.ts';
export { type InFlight, inFlight, modelsOfGenerations } from './in-flight.ts';
export * from './leaving.ts';
export * from './makings.ts';
export { personal } from './personal.ts';
export * from './queue.ts';
export * from './provenance/index.ts';
export * from './renditions.ts';
export { type Ended, endedAfter, endedAmong } from './ended.ts';
export { announceRateCard, rateCardInForce, rateCards } from './rate-cards.ts';
export type { Failure, Generation } from './row.ts';
export * from './store.ts';
export type { Terms } from './terms.ts';
export * from './uploads.ts';
export { chargedUpTo, lastMade, type PaidUse, paidUses, paidUsesOfReleases, usesAmong } from './uses.ts';
export * from './workers.ts';
