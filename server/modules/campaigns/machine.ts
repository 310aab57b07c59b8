import { declare } from '../../kit/state-machine.ts';

/** The road of a campaign, from the first word to the last credit. */
export const campaignMachine = declare({
  name: 'campaign',
  table: 'campaigns.campaign',
  states: {
    draft: 'an editor is writing it',
    review: 'it waits for a second editor; the creators of its models are asked',
    scheduled: 'its budget is reserved, its audience frozen, its places booked; it waits for its start',
    running: 'its audience sees it, and may take what it gives',
    paused: 'it shows nothing and gives nothing for the time being',
    ended: 'it is over; what it did is still counted',
    settled: 'what was left of its budget went back',
  },
  begins: 'draft',
  acts: {
    submit: {
      from: ['draft'],
      to: 'review',
      who: ['editor', 'timer'],
      guards: ['nothing is missing', 'it begins later', 'no interest of one’s own in its models'],
      effects: ['its models are offered to it by their creators, or not'],
    },
    send_back: { from: ['review'], to: 'draft', who: ['editor'], guards: ['somebody else submitted it'] },
    approve: {
      from: ['review'],
      to: 'scheduled',
      who: ['editor', 'timer'],
      guards: [
        'somebody else submitted it, or it repeats one that was approved to repeat',
        'no interest of one’s own in its models',
        'the budget of all campaigns has what it asks for',
        'its places are free',
      ],
      effects: ['its budget reserved', 'its audience frozen', 'its places booked', 'its timers set'],
    },
    start: { from: ['scheduled'], to: 'running', who: ['timer'], effects: ['its audience is told'] },
    pause: { from: ['running'], to: 'paused', who: ['editor'] },
    resume: { from: ['paused'], to: 'running', who: ['editor'] },
    end: {
      from: ['running', 'paused'],
      to: 'ended',
      who: ['editor', 'timer'],
      effects: ['its places let go', 'a timer for its settlement'],
    },
    call_off: {
      from: ['draft', 'review', 'scheduled'],
      to: 'ended',
      who: ['editor', 'timer'],
      effects: ['its places let go', 'settled at once'],
    },
    settle: {
      from: ['ended'],
      to: 'settled',
      who: ['timer'],
      effects: ['what is left of its budget goes back, and so does what comes back later'],
    },
  },
});

export type CampaignState = keyof typeof campaignMachine.states;
export type CampaignAct = keyof typeof campaignMachine.acts;
