// The face of this folder.
export { deployRewards, type DeployOptions } from './deploy-rewards.ts';
export { ChainFailed, type ChainTrouble } from './failed.ts';
export { addressOf, newKey } from './keys.ts';
export { type ChainOptions, openChain } from './open-chain.ts';
export type {
  Address,
  Block,
  Chain,
  ChainEvent,
  Claim,
  Deployment,
  DistributorState,
  NamedDeployment,
  Root,
  Sent,
} from './types.ts';
