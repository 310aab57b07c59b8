import type { ClaimHead, ClaimRemedy, RightsClaim } from '#web/api-types.ts';

type State = ClaimHead['state'];

export const stateNames: Record<State, string> = {
  filed: 'filed',
  admitted: 'admitted',
  heard: 'to be decided',
  awaiting_signature: 'to be signed',
  upheld: 'upheld',
  rejected: 'rejected',
  dismissed: 'not admitted',
  withdrawn: 'withdrawn',
};

export const stateTones: Record<State, 'neutral' | 'info' | 'warning' | 'positive'> = {
  filed: 'info',
  admitted: 'warning',
  heard: 'warning',
  awaiting_signature: 'warning',
  upheld: 'positive',
  rejected: 'neutral',
  dismissed: 'neutral',
  withdrawn: 'neutral',
};

type Side = RightsClaim['mine'];
const WAITS = 'Two moderators have to agree before it is upheld. What it earns meanwhile stays set aside.';

/** Where a claim stands, to whoever looks at it. */
export const standing = ({ state, mine }: { state: State; mine: Side }): string =>
  ({
    filed:
      mine === 'moderator'
        ? 'It was filed, and nobody has looked at it yet. To admit it sets aside what it is about from then on.'
        : 'It was filed. A moderator reads it before anything follows.',
    admitted: {
      claimant: 'It was admitted: what it is about is set aside from then on. The other side may answer.',
      respondent:
        'It was admitted: what it is about is set aside until it is decided. You can answer it once.',
      sharer: 'It was admitted: what it is about is set aside until it is decided. Its owner may answer.',
      moderator: 'It was admitted, and whoever it is about may answer.',
    }[mine],
    heard: mine === 'moderator' ? 'Both sides were heard. Propose to uphold it, or reject it.' : WAITS,
    awaiting_signature:
      mine === 'moderator' ? 'It was proposed to uphold it, and somebody else has to sign.' : WAITS,
    upheld: 'It was upheld: what was set aside is the claimant’s, and what it is about from then on.',
    rejected: 'It was rejected: what was set aside went back to where it would be without the claim.',
    dismissed: 'It was not admitted, and nothing was set aside.',
    withdrawn: 'The claimant took it back, and what was set aside went back to where it would be without it.',
  })[state];

/** What is claimed, in words. */
export const legOf = ({ leg, respondent }: Pick<ClaimHead, 'leg' | 'respondent'>): string =>
  ({
    model: 'The model, with all that it earns',
    person: `The part of ${respondent.display_name}`,
    royalty: `The royalty of ${respondent.display_name}`,
  })[leg];

export const remedyNames: Record<ClaimRemedy, string> = {
  redirect: 'It goes to the claimant from now on',
  transfer: 'The model becomes the claimant’s',
  withdraw: 'All its releases are withdrawn',
};

const STEPS: Record<string, string> = {
  begin: 'Filed',
  admit: 'Admitted: what it is about is set aside from here on',
  dismiss: 'Not admitted',
  answer: 'Answered',
  let_pass: 'The time to answer was over',
  propose: 'Proposed to uphold it',
  decline_to_sign: 'Not signed',
  uphold: 'Upheld by two people',
  reject: 'Rejected',
  withdraw: 'Withdrawn',
};
export const stepName = ({ act }: Pick<RightsClaim['steps'][number], 'act'>): string => STEPS[act] ?? act;
