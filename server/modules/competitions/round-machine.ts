import { declare } from '../../kit/state-machine.ts';

const GOES_ON = ['scheduled', 'open', 'locked', 'qualifying', 'final_round', 'tally'] as const;

/** The road of one month's competition, from the first word to the last award. */
export const roundMachine = declare({
  name: 'round',
  table: 'competitions.round',
  states: {
    draft: 'an editor is writing it, or it waits for a second person',
    scheduled:
      'its rules are frozen, its seed is committed to, its prizes are put aside; it waits for its opening',
    open: 'members enter what they made',
    locked: 'nothing is entered any more; what was entered is looked at',
    qualifying: 'members vote on pairs of all entries',
    final_round: 'members and experts compare the finalists',
    tally: 'nobody votes any more; it is counted',
    provisional: 'the result is out',
    dispute_window: 'the result is out, and may be disputed',
    final: 'the result stands; the winners are asked',
    settled: 'every winner has answered; what nobody won went back',
    archived: 'it is history',
    suspended: 'it stands still; its later times move by as long',
    cancelled: 'it was called off, and what was put aside went back',
  },
  begins: 'draft',
  acts: {
    propose: { from: ['draft'], to: 'draft', who: ['editor'], guards: ['nothing is missing'] },
    send_back: {
      from: ['draft'],
      to: 'draft',
      who: ['editor'],
      guards: ['it was proposed by somebody else'],
    },
    approve: {
      from: ['draft'],
      to: 'scheduled',
      who: ['editor'],
      guards: ['it was proposed by somebody else', 'it opens later than now'],
      effects: [
        'its rules frozen and hashed',
        'its seed drawn and committed to',
        'its prizes put aside in full',
        'its timers set',
      ],
    },
    open: { from: ['scheduled'], to: 'open', who: ['timer'], guards: ['its prizes are put aside in full'] },
    extend: {
      from: ['open'],
      to: 'open',
      who: ['editor'],
      guards: ['it has not locked'],
      effects: ['a public notice'],
    },
    lock: { from: ['open'], to: 'locked', who: ['timer'] },
    wait: {
      from: ['locked'],
      to: 'locked',
      who: ['timer'],
      effects: ['all later times move equally', 'a public notice'],
    },
    qualify: {
      from: ['locked'],
      to: 'qualifying',
      who: ['timer'],
      guards: ['no entry is being looked at any more'],
      effects: ['what nobody agreed to is not eligible'],
    },
    begin_final: { from: ['qualifying'], to: 'final_round', who: ['timer'] },
    tally: { from: ['final_round'], to: 'tally', who: ['timer'] },
    publish: { from: ['tally'], to: 'provisional', who: ['system'], guards: ['every category is counted'] },
    open_disputes: { from: ['provisional'], to: 'dispute_window', who: ['system'] },
    prolong_disputes: {
      from: ['dispute_window'],
      to: 'dispute_window',
      who: ['system'],
      guards: ['the standings of a category changed'],
      effects: ['they may be disputed for as long as the first'],
    },
    confirm: {
      from: ['dispute_window'],
      to: 'final',
      who: ['editor'],
      guards: ['the time for disputes is over', 'none is open', 'two persons agree'],
      effects: ['awards minted, each once'],
    },
    settle: {
      from: ['final'],
      to: 'settled',
      who: ['timer'],
      guards: ['every award is answered', 'no case and no dispute is open'],
      effects: ['what was not awarded goes back', 'who moves up from then on is paid out of the pool'],
    },
    archive: {
      from: ['settled'],
      to: 'archived',
      who: ['timer'],
      guards: ['no award of it can expire any more, and nothing is looked into'],
    },
    suspend: {
      from: GOES_ON,
      to: 'suspended',
      who: ['editor'],
      effects: ['its timers rest', 'a public notice'],
    },
    resume_scheduled: {
      from: ['suspended'],
      to: 'scheduled',
      who: ['editor'],
      effects: ['its timers run on', 'a public notice'],
    },
    resume_open: {
      from: ['suspended'],
      to: 'open',
      who: ['editor'],
      effects: ['its timers run on', 'a public notice'],
    },
    resume_locked: {
      from: ['suspended'],
      to: 'locked',
      who: ['editor'],
      effects: ['its timers run on', 'a public notice'],
    },
    resume_qualifying: {
      from: ['suspended'],
      to: 'qualifying',
      who: ['editor'],
      effects: ['its timers run on', 'a public notice'],
    },
    resume_final_round: {
      from: ['suspended'],
      to: 'final_round',
      who: ['editor'],
      effects: ['its timers run on', 'a public notice'],
    },
    resume_tally: {
      from: ['suspended'],
      to: 'tally',
      who: ['editor'],
      effects: ['its timers run on', 'a public notice'],
    },
    cancel: {
      from: ['draft', ...GOES_ON, 'provisional', 'dispute_window', 'suspended'],
      to: 'cancelled',
      who: ['editor'],
      guards: ['once its results are out somebody else has opened a case'],
      effects: ['its timers dropped', 'what was put aside goes back', 'a public notice'],
    },
  },
});

export type RoundState = keyof typeof roundMachine.states;
export type RoundAct = keyof typeof roundMachine.acts;

/** From which a round can be suspended, and in which it goes on. */
export const RESUMES = {
  scheduled: 'resume_scheduled',
  open: 'resume_open',
  locked: 'resume_locked',
  qualifying: 'resume_qualifying',
  final_round: 'resume_final_round',
  tally: 'resume_tally',
} as const satisfies Record<(typeof GOES_ON)[number], RoundAct>;
export type Resumable = keyof typeof RESUMES;
export const isResumable = (state: string): state is Resumable => Object.hasOwn(RESUMES, state);
