import { declare } from '../../kit/state-machine.ts';

/** The announced end of a release. */
export const deprecationMachine = declare({
  name: 'deprecation',
  table: 'registry.deprecation',
  states: {
    announced: 'the release still runs, and whoever uses it is told until when',
    ended: 'nothing new begins with the release; what was begun has finished',
    taken_back: 'the release goes on as if nothing had been announced',
  },
  begins: 'announced',
  acts: {
    end: { from: ['announced'], to: 'ended', who: ['timer'], guards: ['the day has come'] },
    take_back: {
      from: ['announced'],
      to: 'taken_back',
      who: ['creator', 'admin'],
      guards: ['the day has not come'],
    },
  },
});
