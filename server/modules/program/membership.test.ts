import { expect, test } from 'vitest';
import { actsFrom } from '../../kit/state-machine.ts';
import { membershipMachine } from './membership-machine.ts';
import { CAPABILITIES, STANDINGS, WHY_NOT_RUN } from './membership.ts';

const has = (standing: keyof typeof STANDINGS) =>
  CAPABILITIES.filter((capability) => STANDINGS[standing][capability]).join(' ');

test.each([
  ['active', 'apply publish edit hand_over run earn promote be_paid'],
  ['paused', 'edit hand_over earn be_paid'],
  ['under_review', 'edit run earn be_paid'],
  ['suspended', 'earn be_paid'],
  ['terminated', 'earn be_paid'],
  ['offboarding', 'hand_over earn be_paid'],
  ['offboarded', 'earn be_paid'],
  ['blocked', 'earn'],
] as const)('who is %s may: %s', (standing, capabilities) => {
  expect(has(standing)).toBe(capabilities);
});

test('every standing is in the table, and says why models rest where they do', () => {
  expect(Object.keys(STANDINGS).toSorted()).toEqual(Object.keys(membershipMachine.states).toSorted());
  for (const [standing, { run }] of Object.entries(STANDINGS))
    expect(standing in WHY_NOT_RUN, standing).toBe(!run);
});

test('what is earned is never lost, and only who is blocked waits for their money', () => {
  for (const [standing, { earn, be_paid }] of Object.entries(STANDINGS)) {
    expect(earn).toBe(true);
    expect(be_paid, standing).toBe(standing !== 'blocked');
  }
});

test('a creator may rest, come back and leave, and nothing more', () => {
  expect(actsFrom(membershipMachine, 'active', 'creator')).toEqual(['pause', 'leave']);
  expect(actsFrom(membershipMachine, 'suspended', 'creator')).toEqual([]);
  expect(actsFrom(membershipMachine, 'blocked')).toEqual([]);
});
