import { declare } from '../../kit/state-machine.ts';

/** How a creator stands with the program. What each standing lets them do: `membership.ts`. */
export const membershipMachine = declare({
  name: 'membership',
  table: 'program.membership',
  states: {
    active: 'a creator of the program',
    paused: 'the creator takes a break: their models rest',
    under_review: 'somebody looks into something; nothing new is published meanwhile',
    suspended: 'their models are out of use until it is settled',
    terminated: 'out of the program, for good',
    offboarding: 'the creator is leaving: no new generations, and what was earned is paid',
    offboarded: 'left the program; what was earned is still theirs',
    blocked: 'nothing may be done, and payments wait for whoever looks into it',
  },
  begins: 'active',
  acts: {
    pause: { from: ['active'], to: 'paused', who: ['creator'] },
    resume: { from: ['paused'], to: 'active', who: ['creator'] },
    look_into: { from: ['active', 'paused'], to: 'under_review', who: ['moderator', 'admin'] },
    clear: { from: ['under_review', 'suspended'], to: 'active', who: ['moderator', 'admin'] },
    suspend: { from: ['under_review'], to: 'suspended', who: ['moderator', 'admin'] },
    propose_termination: {
      from: ['suspended'],
      to: 'suspended',
      who: ['moderator', 'admin'],
      effects: ['a second person has to confirm it'],
    },
    terminate: {
      from: ['suspended'],
      to: 'terminated',
      who: ['moderator', 'admin'],
      guards: ['somebody else proposed it'],
    },
    leave: { from: ['active', 'paused'], to: 'offboarding', who: ['creator', 'admin'] },
    finish_leaving: { from: ['offboarding'], to: 'offboarded', who: ['admin'] },
    block: {
      from: ['active', 'paused', 'under_review', 'suspended', 'terminated', 'offboarding', 'offboarded'],
      to: 'blocked',
      who: ['admin'],
    },
  },
});

export type Standing = keyof typeof membershipMachine.states;
export type MembershipAct = keyof typeof membershipMachine.acts;
