/** How long each thing may take, in days: what the page of the program promises is what the flows keep. */
export const CLOCKS = {
  screening_days: 3,
  review_days: 10,
  panel_days: 14,
  decision_days: 5,
  waitlist_days: 180,
  appeal_days: 30,
  /** An offer can be signed for so long, and an invitation to share answered. */
  offer_days: 14,
  invitation_days: 14,
  /** A model that somebody would hand over can be taken for so long. */
  transfer_days: 14,
  /** The terms of a signature are guaranteed for so long. */
  pinned_days: 365,
} as const;
