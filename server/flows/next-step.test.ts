import { expect, test } from 'vitest';
import type { Root } from '../chain/index.ts';
import { type Desired, nextStep, type Observed } from './next-step.ts';

const ETA = new Date('2026-11-24T12:00:00Z');
const root = (epoch: bigint, sign: string): Root => ({
  ...{ epoch, eta: ETA, total: epoch * 100n },
  ...{ root: `0x${sign.repeat(64)}`, manifest: `0x${sign.repeat(64)}` },
});
const [one, two, foreign] = [root(1n, 'a'), root(2n, 'b'), root(2n, 'f')];

const desired = (
  state?: NonNullable<Desired['under_way']>['state'],
  rest: Partial<Desired> = {},
): Desired => ({
  under_way: state ? { ...two, state } : null,
  ...{ live: one, voided: [], may_void: false, ...rest },
});
const observed = (rest: Partial<Observed> = {}): Observed => ({
  ...{ at: ETA, live: one, pending: null, is_paused: false, vetoed: new Set(), ...rest },
});
const early = { at: new Date(ETA.getTime() - 1_000) };

test.each([
  ['nothing is cut', desired(), observed(), 'wait'],
  ['cut, and the chain has nothing', desired('cut'), observed(), 'propose'],
  ['the very first', desired('cut', { live: null }), observed({ live: null }), 'propose'],
  ['paused', desired('cut'), observed({ is_paused: true }), 'wait'],
  ['vetoed, not final', desired('cut'), observed({ vetoed: new Set([two.root]) }), 'wait'],
  ['another was vetoed', desired('cut'), observed({ vetoed: new Set([foreign.root]) }), 'propose'],
  ['proposed, not final, the delay runs', desired('cut'), observed({ pending: two, ...early }), 'wait'],
  ['ripe before it is final', desired('cut'), observed({ pending: two }), 'activate'],
  ['the delay runs', desired('proposed'), observed({ pending: two, ...early }), 'wait'],
  ['ripe', desired('proposed'), observed({ pending: two }), 'activate'],
  ['ripe and paused', desired('proposed'), observed({ pending: two, is_paused: true }), 'wait'],
  ['gone again, not final', desired('proposed'), observed(), 'wait'],
  ['live, not final', desired('proposed'), observed({ live: two }), 'wait'],
  ['foreign behind it', desired('proposed'), observed({ live: two, pending: root(3n, 'f') }), 'halt'],
  [
    'a voided one behind it',
    desired('proposed', { voided: [root(3n, 'c')] }),
    observed({ live: two, pending: root(3n, 'c') }),
    'wait',
  ],
  ['live although it is to be voided', desired('voiding'), observed({ live: two }), 'wait'],
  ['vetoed', desired('vetoed'), observed(), 'wait'],
  ['vetoed, sent twice', desired('vetoed'), observed({ pending: two }), 'veto'],
  ['to be voided, pending', desired('voiding'), observed({ pending: two }), 'veto'],
  ['to be voided, may be under way', desired('voiding'), observed(), 'wait'],
  ['to be voided', desired('voiding', { may_void: true }), observed(), 'void'],
  ['voided, came late', desired(undefined, { voided: [two] }), observed({ pending: two }), 'veto'],
  ['voided and live', desired(undefined, { voided: [two] }), observed({ live: two }), 'halt'],
  [
    'cut anew with the same leaves',
    desired('cut', { voided: [two] }),
    observed({ pending: two }),
    'activate',
  ],
  ['foreign, pending', desired('cut'), observed({ pending: foreign }), 'halt'],
  ['foreign, pending, nothing cut', desired(), observed({ pending: foreign }), 'halt'],
  ['foreign, live', desired('cut'), observed({ live: foreign }), 'halt'],
  ['live where nothing was ever cut', desired(undefined, { live: null }), observed(), 'halt'],
  ['our root with another total', desired('cut'), observed({ pending: { ...two, total: 201n } }), 'halt'],
  [
    'our root with another file',
    desired('cut'),
    observed({ pending: { ...two, manifest: one.root } }),
    'halt',
  ],
  ['a node behind', desired('cut', { live: two }), observed(), 'wait'],
  ['a node that knows of none yet', desired('cut'), observed({ live: null }), 'wait'],
] as const)('%s', (_what, wanted, seen, step) => {
  expect(nextStep(wanted, seen).do).toBe(step);
});
