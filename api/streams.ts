/** Streams that one account may have open at once; without an account it is the address that counts. */
export const STREAMS_EACH_MAX = 20;
/** Streams that one process holds for everybody; whoever comes then is sent to come again. */
export const STREAMS_MAX = 10_000;

/** What holds of every endpoint that answers with server-sent events; said in the description of each. */
export const ABOUT_STREAMS = [
  `An account has at most ${STREAMS_EACH_MAX} streams open at once (without an account: an address); one more is refused with RATE_LIMITED.`,
  'A line that is quiet gets a comment every 15 seconds; one that nobody takes from for half a minute is closed.',
  'A stream ends within a few seconds of a sign-out, a revoked key, a lost role or the end of a session.',
  'When the server closes it says with `retry:` when to come again, which is not the same for all.',
].join(' ');

export const ABOUT_EVENT_IDS =
  'Every event has an id. Sent back as `Last-Event-ID`, what was missed is told in order and once, or, where that is too much or too long ago, how things stand now. Payloads are made to be the bodies of webhooks, too: each says by its `type` what it is and stands for itself.';
