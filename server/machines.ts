import type { Machine } from './kit/state-machine.ts';
import * as campaigns from './modules/campaigns/index.ts';
import * as competitions from './modules/competitions/index.ts';
import * as earnings from './modules/earnings/index.ts';
import * as generation from './modules/generation/index.ts';
import * as identity from './modules/identity/index.ts';
import * as program from './modules/program/index.ts';
import * as registry from './modules/registry/index.ts';
import * as rewards from './modules/rewards/index.ts';

/** Everything that goes through states, in the order in which the documentation tells it. */
export const machines: readonly Machine[] = [
  program.applicationMachine,
  program.benchMachine,
  program.reviewMachine,
  program.offerMachine,
  program.splitMachine,
  program.transferMachine,
  program.collaborationMachine,
  program.membershipMachine,
  registry.modelUploadMachine,
  registry.deprecationMachine,
  generation.generationMachine,
  earnings.claimMachine,
  campaigns.campaignMachine,
  campaigns.rewardMachine,
  campaigns.eventMachine,
  competitions.roundMachine,
  competitions.entryMachine,
  competitions.awardMachine,
  competitions.judgeMachine,
  competitions.resultDisputeMachine,
  competitions.integrityCaseMachine,
  rewards.epochMachine,
  identity.leavingMachine,
];
