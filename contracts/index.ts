// The face of this folder: what is deployed, and how one knows it again.
export { rewardDistributor } from './artifacts/reward-distributor.ts';
export { stelaiToken } from './artifacts/stelai-token.ts';
export { timelockController } from './artifacts/timelock-controller.ts';
export { checkRuntime, type Runtime } from './runtime.ts';
