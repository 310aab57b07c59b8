export { NodeSilent } from './chain.ts';
export { type Against, checkEpoch, type Report } from './check.ts';
export { type Finding, FORMAT } from './read.ts';
