export {
  createEngine,
  type Engine,
  type EngineEvent,
  type EngineResult,
  type MediaOutput,
} from './engine/index.ts';
export { promptOf, readInput } from './input.ts';
export { explain, fund, meteredFields, priceOf, type Purse, type RateCard } from './pricing.ts';
export { promisedPrice, QUOTE_LIFE_MS, signQuote } from './quotes.ts';
export { ATTEMPTS_MAX, hasEnded } from './states.ts';
export * from './store.ts';
export type { Terms } from './terms.ts';
