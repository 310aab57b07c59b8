import { declare } from '../../kit/state-machine.ts';

/** The road of an event that somebody announces. */
export const eventMachine = declare({
  name: 'event',
  table: 'campaigns.event',
  states: {
    announced: 'it stands in the calendar; when it has ended it stays there as it was',
    cancelled: 'it does not take place; calendars that have it are told',
  },
  begins: 'announced',
  acts: {
    change: {
      from: ['announced'],
      to: 'announced',
      who: ['host'],
      guards: ['it has not ended', 'the new time is to come'],
      effects: ['the reminder is set anew', 'whoever asked to be reminded is told'],
    },
    cancel: {
      from: ['announced'],
      to: 'cancelled',
      who: ['host'],
      guards: ['it has not ended'],
      effects: ['no reminder is sent', 'whoever asked to be reminded is told'],
    },
    withdraw: {
      from: ['announced'],
      to: 'cancelled',
      who: ['editor'],
      guards: ['it has not ended', 'it is not their own'],
      effects: ['its host is told why', 'no reminder is sent', 'whoever asked to be reminded is told'],
    },
  },
});

export type EventState = keyof typeof eventMachine.states;
