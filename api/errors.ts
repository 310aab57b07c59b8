import * as z from 'zod';
import { BLOCKS } from './identity/leaving-words.ts';
import { EditRefusal } from './registry/edit-refusal.ts';
import { RefusedReason } from './registry/refused-reason.ts';

/**
 * Every refusal of the product: its stable name, its HTTP status and what it tells the caller.
 * The name is a promise: it is never reused for another meaning.
 */
export const refusals = {
  // who is calling
  NOT_SIGNED_IN: { status: 401, message: 'Sign in first.' },
  NOT_ALLOWED: { status: 403, message: 'Your account may not do this.', data: z.object({ why: z.string() }) },
  SCOPE_MISSING: {
    status: 403,
    message: 'This API key does not carry the scope that the endpoint asks for.',
    data: z.object({ scope: z.string() }),
  },
  ORIGIN_REFUSED: { status: 403, message: 'The request came from another origin.' },
  RATE_LIMITED: {
    status: 429,
    message: 'Too many requests. Try again in a moment.',
    data: z.object({ retry_after_s: z.int() }),
  },
  // what was sent
  INVALID_INPUT: {
    status: 422,
    message: 'Some fields are not as they must be.',
    data: z.object({ issues: z.array(z.object({ path: z.string(), message: z.string() })) }),
  },
  MALFORMED_JSON: { status: 400, message: 'The body is not valid JSON.' },
  UNSUPPORTED_MEDIA_TYPE: { status: 415, message: 'Send the body as application/json.' },
  FILE_TOO_LARGE: {
    status: 413,
    message: 'The file is larger than this endpoint takes.',
    data: z.object({ bytes_max: z.int() }),
  },
  BODY_TOO_LARGE: { status: 413, message: 'The body is larger than this endpoint takes: 100 kB for most.' },
  UNKNOWN_ROUTE: { status: 404, message: 'There is no such endpoint.' },
  NOT_FOUND: { status: 404, message: 'There is nothing here, or it is not yours.' },
  IDEMPOTENCY_CONFLICT: {
    status: 409,
    message: 'This idempotency key was already used with another body.',
  },
  // identity
  EMAIL_TAKEN: {
    status: 409,
    message: 'An account with this e-mail exists. Sign in, or reset the password.',
  },
  HANDLE_TAKEN: { status: 409, message: 'This handle is taken.' },
  PASSWORD_TOO_COMMON: { status: 422, message: 'This password is on the list of the most common ones.' },
  WRONG_CREDENTIALS: { status: 401, message: 'E-mail or password is wrong.' },
  LINK_EXPIRED: { status: 410, message: 'This link was already used or has expired.' },
  LAST_ADMIN: { status: 409, message: 'The last admin cannot give up the role.' },
  LEAVING_ALREADY: { status: 409, message: 'You have asked to leave already.' },
  LEAVING_BLOCKED: {
    status: 409,
    message: 'Something has to be settled before you can leave.',
    data: z.object({
      blocks: z.array(z.object({ code: z.enum(BLOCKS), subject: z.string().nullable() })),
    }),
  },
  LEAVING_GIVES_UP: {
    status: 409,
    message: 'There are credits or earnings on this account. Say that you give them up.',
    data: z.object({ paid_micros: z.string(), earned_micros: z.string() }),
  },
  NOT_LEAVING: { status: 409, message: 'You have not asked to leave, or it is too late to stay.' },
  // bench
  BENCH_WHOLE: { status: 409, message: 'No cell of this bench failed: there is nothing to run again.' },
  // generation
  MODEL_UNKNOWN: { status: 404, message: 'There is no such model, or none that can be used this way.' },
  RELEASE_UNKNOWN: { status: 404, message: 'There is no such release.' },
  RELEASE_WITHDRAWN: { status: 409, message: 'This release was withdrawn.' },
  WITHDRAWN_BY_ADMIN: {
    status: 409,
    message: 'An admin withdrew a release of the same files. Publish others, or ask an admin to publish it.',
    data: z.object({ version: z.string(), reason: z.string() }),
  },
  MODEL_PAUSED: {
    status: 409,
    message: 'This model cannot be used for the time being.',
    data: z.object({ why: z.string() }),
  },
  RELEASE_ENDED: {
    status: 409,
    message: 'This release has ended, as was announced. Nothing new begins with it.',
    data: z.object({ ended_at: z.string() }),
  },
  NOT_PRICED: {
    status: 409,
    message: 'There is no price for this now: the price list and the terms come into force later.',
  },
  QUOTE_INVALID: {
    status: 409,
    message: 'This quote is not ours, or is for another input. Ask for a new one.',
  },
  QUOTE_EXPIRED: { status: 409, message: 'This quote has expired. Ask for a new one.' },
  INSUFFICIENT_CREDITS: {
    status: 402,
    message: 'There are not enough credits for this generation.',
    data: z.object({ price_micros: z.string(), available_micros: z.string() }),
  },
  QUEUE_FULL: {
    status: 429,
    message: 'No more generations can wait here just now.',
    data: z.object({
      /** whose limit it is: of the account, of the API key, or of the queue, which is too long for everybody */
      whose: z.enum(['yours', 'key', 'pool']),
      limit: z.int().nullable(),
      retry_after_s: z.int(),
    }),
  },
  PICTURE_REFUSED: {
    status: 422,
    message: 'This file is not a picture that can be taken.',
    data: z.object({ why: z.string() }),
  },
  UPLOADS_FULL: {
    status: 409,
    message: 'You have as many uploads as one account may have. Delete one first.',
    data: z.object({ limit: z.int() }),
  },
  INPUT_PICTURE_REFUSED: {
    status: 422,
    message: 'A picture that the input names cannot be used. Nothing was started or charged.',
    data: z.object({ field: z.string(), why: z.string() }),
  },
  BOARD_NAME_TAKEN: { status: 409, message: 'You have a board of this name.' },
  BOARDS_FULL: {
    status: 409,
    message: 'You have as many boards as one account may have. Delete one first.',
    data: z.object({ limit: z.int() }),
  },
  FORMAT_NOT_OFFERED: { status: 409, message: 'This asset cannot be had in this format or size.' },
  RENDITIONS_FULL: {
    status: 429,
    message: 'You have as many files in the making as one account may have. Wait until one is done.',
    data: z.object({ retry_after_s: z.int(), limit: z.int() }),
  },
  RENDITION_FAILED: { status: 409, message: 'This file could not be made from the original.' },
  ALREADY_ENDED: {
    status: 409,
    message: 'This generation has already ended.',
    data: z.object({ state: z.string() }),
  },
  PROMPT_REFUSED: {
    status: 422,
    message: 'This prompt asks for what may not be made here. Nothing was started or charged.',
    data: z.object({ reason: z.string(), why: z.string(), policy_version: z.string(), field: z.string() }),
  },
  PROMPTS_REFUSED_TOO_OFTEN: {
    status: 429,
    message: 'Too many of your prompts were refused within an hour. Nothing was started or charged.',
    data: z.object({ retry_after_s: z.int() }),
  },
  MODERATION_AWAY: {
    status: 503,
    message: 'Prompts cannot be checked right now. Nothing was started or charged; try again in a moment.',
    data: z.object({ retry_after_s: z.int() }),
  },
  // what clients of other services ask for
  GENERATION_FAILED: {
    status: 500,
    message: 'The generation failed. It was not charged.',
    data: z.object({ why: z.string() }),
  },
  GENERATION_BLOCKED: {
    status: 422,
    message: 'The engine refused the prompt. It was not charged.',
    data: z.object({ why: z.string() }),
  },
  GENERATION_CANCELLED: { status: 409, message: 'The generation was cancelled. It was not charged.' },
  STILL_RUNNING: { status: 400, message: 'The request is still in progress.' },
  WEBHOOKS_NOT_OFFERED: {
    status: 422,
    message: 'Webhooks are not offered here: wait for the result, ask for it again, or watch its stream.',
  },
  RECEIPT_NOT_CLOSED_YET: {
    status: 409,
    message: 'This receipt has no place in the signed log yet. It gets one within seconds.',
    data: z.object({ retry_after_s: z.int() }),
  },
  NOT_SETTLED: { status: 409, message: 'There is no receipt: this generation was not charged.' },
  // models of others
  MODEL_FILE_REFUSED: {
    status: 422,
    message: 'This file is not one that may be run here.',
    data: z.object({ reason: RefusedReason, why: z.string() }),
  },
  MODEL_FILES_FULL: {
    status: 409,
    message: 'Your model files take as much room as one account may have.',
    data: z.object({ bytes_max: z.int() }),
  },
  RELEASE_DEPRECATED: {
    status: 409,
    message: 'The end of this release was announced before.',
    data: z.object({ ends_at: z.string() }),
  },
  NOTICE_TOO_SHORT: {
    status: 422,
    message: 'Whoever uses it must have more time to turn to another.',
    data: z.object({ earliest: z.string() }),
  },
  UPLOAD_OFFSET_WRONG: {
    status: 409,
    message: 'The next bytes of this upload begin elsewhere.',
    data: z.object({ offset: z.int() }),
  },
  PART_EMPTY: { status: 422, message: 'This part holds no bytes. Send those that come next.' },
  UPLOAD_BUSY: {
    status: 409,
    message: 'Another part of this upload is being appended. Ask where it ends and go on from there.',
    data: z.object({ retry_after_s: z.int() }),
  },
  MODEL_FILE_UNKNOWN: {
    status: 404,
    message: 'No uploaded file has this digest.',
    data: z.object({ digest: z.string() }),
  },
  EDIT_REFUSED: {
    status: 409,
    message: 'Nothing was changed: some of it cannot be done.',
    data: z.object({ refusals: z.array(EditRefusal) }),
  },
  NOTHING_TO_CHANGE: { status: 409, message: 'Everything is already as you want it.' },
  ALREADY_UNDONE: { status: 409, message: 'This was undone before.' },
  CSV_REFUSED: {
    status: 422,
    message: 'This file is not a table of models.',
    data: z.object({ issues: z.array(z.object({ path: z.string(), message: z.string() })) }),
  },
  SLUG_TAKEN: { status: 409, message: 'A model with this slug exists.' },
  VERSION_TAKEN: { status: 409, message: 'This model has a release of this version.' },
  CREATOR_UNKNOWN: {
    status: 404,
    message: 'Nobody with the role of a creator goes by this handle.',
    data: z.object({ handle: z.string() }),
  },
  BINDING_REFUSED: {
    status: 422,
    message: 'The release cannot be run in this way.',
    data: z.object({ issues: z.array(z.object({ path: z.string(), message: z.string() })) }),
  },
  INPUT_SCHEMA_REFUSED: {
    status: 422,
    message: 'The input schema is not one that forms and prices can be made of.',
    data: z.object({ issues: z.array(z.object({ path: z.string(), message: z.string() })) }),
  },
  METERING_REFUSED: {
    status: 422,
    message: 'The price cannot be worked out from the input.',
    data: z.object({ why: z.string() }),
  },
  TRIAL_FAILED: {
    status: 422,
    message: 'The model did not make anything in its trial run, so it was not published.',
    data: z.object({ failure: z.string(), why: z.string() }),
  },
  // workers
  LEASE_LOST: {
    status: 409,
    message: 'This lease is not yours any more: it lapsed, ended, or its payer cancelled. Drop the job.',
  },
  WORKER_SUSPENDED: {
    status: 403,
    message: 'This worker is suspended and gets no jobs.',
    data: z.object({ why: z.string() }),
  },
  OUTPUT_REJECTED: {
    status: 422,
    message: 'What was sent is of no use, and the job is somebody else’s again.',
    data: z.object({ why: z.string() }),
  },
  NO_STATEMENT: {
    status: 404,
    message: 'This asset was made before statements were signed; there is none of it.',
  },
  // money
  TEST_PAYMENTS_OFF: { status: 409, message: 'Test payments exist only in development.' },
  BUDGET_EXHAUSTED: { status: 409, message: 'The budget that should pay for this is used up.' },
  ALREADY_REFUNDED: { status: 409, message: 'This generation was refunded before.' },
  HELD_BY_CASE: {
    status: 409,
    message: 'An open case is about this generation. Resolve it first, or refund by its resolution.',
  },
  NOTHING_TO_REFUND: {
    status: 409,
    message: 'Nothing of this charge is left to refund: all of it was taken back before.',
  },
  NOTHING_TO_HOLD: {
    status: 409,
    message:
      'None of these generations earned anybody anything that still counts, so a case would be about nothing.',
  },
  NOT_AN_ID: {
    status: 422,
    message:
      'This is neither an id nor a handle. Paste the id or the link of a receipt, a purchase, a case, an adjustment or a refund, or type the handle of a person.',
  },
  SUBJECT_UNKNOWN: {
    status: 404,
    message: 'No generation, purchase, case, adjustment, refund or person goes by this.',
  },
  BEFORE_THE_BOOKS: {
    status: 404,
    message: 'Nothing was here yet in this month: the books begin later.',
    data: z.object({ first_month: z.string() }),
  },
  ALREADY_RESOLVED: { status: 409, message: 'This was resolved before.' },
  ALREADY_DISPUTED: { status: 409, message: 'A dispute of this purchase was recorded before.' },
  SECOND_PERSON_NEEDED: {
    status: 409,
    message: 'Somebody else has to do this: not the one who opened or proposed it.',
  },
  OWN_INTEREST: {
    status: 409,
    message: 'Your own money is at stake here. Somebody else has to do this.',
  },
  ALREADY_APPROVED: { status: 409, message: 'This adjustment was approved before.' },
  NOT_OWED: { status: 409, message: 'No more can be written off than is owed.' },
  NOT_YET: { status: 422, message: 'This time has not come yet.' },
  // analytics
  ZONE_UNKNOWN: {
    status: 422,
    message: 'There is no such time zone. Name one of IANA, such as "Europe/Berlin".',
    data: z.object({ zone: z.string() }),
  },
  RANGE_EMPTY: { status: 422, message: 'This time ends before it begins. `from` comes before `to`.' },
  RANGE_TOO_LONG: {
    status: 422,
    message: 'So many points nobody can tell apart. Take a shorter time, or larger steps.',
    data: z.object({ points: z.int(), points_max: z.int() }),
  },
  DIMENSION_UNKNOWN: {
    status: 422,
    message: 'Nothing is told apart by this.',
    data: z.object({ dimension: z.string(), known: z.array(z.string()) }),
  },
  COLUMN_UNKNOWN: {
    status: 422,
    message: 'There is no such column in this file.',
    data: z.object({ column: z.string(), known: z.array(z.string()) }),
  },
  MODELS_TOO_MANY: {
    status: 422,
    message: 'So many models are not compared at once.',
    data: z.object({ models_max: z.int() }),
  },
  EXPORTS_FULL: {
    status: 409,
    message: 'You have as many files ordered or kept as one account may. Wait for one, or delete one.',
    data: z.object({ limit: z.int() }),
  },
  GENERATIONS_NOT_KEPT: {
    status: 410,
    message: 'Generations of that time are not kept one by one any more. Its reports are.',
    data: z.object({ kept_from: z.iso.datetime() }),
  },
  EXPORT_NOT_READY: {
    status: 409,
    message: 'This file is not ready.',
    data: z.object({ state: z.string() }),
  },
  EXPORT_EXPIRED: { status: 410, message: 'This file was kept for its time and is deleted. Order it again.' },
  RANGE_NOT_SATISFIABLE: {
    status: 416,
    message: 'The file does not have these bytes.',
    data: z.object({ bytes: z.int() }),
  },
  DOWNLOADS_FULL: {
    status: 429,
    message: 'You are downloading as many files as can be sent at once. Wait until one is done.',
    data: z.object({ retry_after_s: z.int() }),
  },
  SCHEDULES_FULL: {
    status: 409,
    message: 'You have as many schedules as one account may. Switch one off first.',
    data: z.object({ limit: z.int() }),
  },
  // campaigns
  CAMPAIGN_ADDRESS_TAKEN: { status: 409, message: 'Another campaign has this address.' },
  CAMPAIGN_REFUSED: {
    status: 409,
    message: 'The campaign cannot go on like this.',
    data: z.object({ issues: z.array(z.object({ path: z.string(), message: z.string() })) }),
  },
  NOT_IN_AUDIENCE: {
    status: 403,
    message: 'What this campaign gives is for others.',
    data: z.object({ why: z.string() }),
  },
  // judges and results of competitions
  JUDGE_UNKNOWN: { status: 404, message: 'Nobody with the role of a judge goes by this handle.' },
  JUDGE_ASKED_ALREADY: { status: 409, message: 'This judge was asked about this category before.' },
  JUDGE_CONFLICT: {
    status: 409,
    message: 'There is a conflict of interest, so this person must not judge this category.',
    data: z.object({ reasons: z.array(z.string()) }),
  },
  DECLARATION_MISSING: {
    status: 422,
    message: 'Who accepts declares that there is no conflict of interest.',
  },
  NOT_THE_FINALISTS: {
    status: 422,
    message: 'A ranking holds all finalists, each once, and notes on them only.',
  },
  NOT_RANKED: { status: 409, message: 'There is no ranking yet. Save one first.' },
  RANKING_COMMITTED: { status: 409, message: 'Your ranking is committed. Nothing of it changes any more.' },
  NOT_COMMITTED: { status: 409, message: 'No ranking was committed here, so there is none to reveal.' },
  NOT_WHAT_WAS_COMMITTED: { status: 409, message: 'This does not make the digest that was committed.' },
  TOO_EARLY_TO_REVEAL: {
    status: 409,
    message: 'Rankings are revealed when the final is over.',
    data: z.object({ from: z.string() }),
  },
  PANEL_CLOSED: { status: 409, message: 'The time of this panel is over.' },
  NOT_INVOLVED: {
    status: 403,
    message: 'Results are disputed by those who entered or voted in the category.',
  },
  DISPUTED_ALREADY: { status: 409, message: 'You have disputed this. Somebody will decide it.' },
  DISPUTES_OVER: { status: 409, message: 'The time for disputes is over.' },
  VOTER_UNKNOWN: {
    status: 422,
    message: 'Nobody voted here under some of these pseudonyms.',
    data: z.object({ unknown: z.array(z.string()) }),
  },
  COUNTING: { status: 409, message: 'This category is being counted. Try again in a moment.' },
  RESULTS_NOT_READY: {
    status: 409,
    message: 'These results cannot be confirmed yet.',
    data: z.object({ why: z.array(z.string()) }),
  },
  PROPOSER_LEFT: {
    status: 409,
    message: 'Whoever proposed this round does not run rounds any more. Send it back, to be proposed again.',
  },
  STANDINGS_CHANGED: {
    status: 409,
    message: 'The standings have changed since you looked. Look again before you confirm them.',
  },
  // competitions
  ROUND_EXISTS: { status: 409, message: 'This template has a round in that month already.' },
  ROUND_ADDRESS_TAKEN: { status: 409, message: 'Another round has this address.' },
  ROUND_REFUSED: {
    status: 409,
    message: 'The round cannot go on like this.',
    data: z.object({ issues: z.array(z.object({ path: z.string(), message: z.string() })) }),
  },
  ROUND_NOT_OPEN: {
    status: 409,
    message: 'The round takes no entries now.',
    data: z.object({ opens_at: z.string(), locks_at: z.string(), now: z.string() }),
  },
  NOT_ELIGIBLE: {
    status: 409,
    message: 'The rules of this category do not allow it.',
    data: z.object({ reasons: z.array(z.object({ code: z.string(), says: z.string() })) }),
  },
  ENTRIES_FULL: {
    status: 409,
    message: 'One person may stand in no more entries of this category.',
    data: z.object({ limit: z.int(), who: z.string() }),
  },
  ALREADY_ENTERED: { status: 409, message: 'This stands in the category already.' },
  LOOKS_ALIKE: {
    status: 409,
    message: 'It is too much like an entry that came before it.',
    data: z.object({ how: z.enum(['looks', 'sounds']), own: z.boolean() }),
  },
  SHARES_REFUSED: {
    status: 409,
    message: 'These parts cannot be.',
    data: z.object({ issues: z.array(z.object({ path: z.string(), message: z.string() })) }),
  },
  // votes
  MAY_NOT_VOTE: {
    status: 403,
    message: 'You cannot vote in this category.',
    data: z.object({ why: z.string() }),
  },
  VOTING_CLOSED: { status: 409, message: 'Nobody votes in this category now.' },
  BALLOTS_SPENT: {
    status: 409,
    message: 'You have compared as many pairs of this category as one voter does.',
    data: z.object({ quota: z.int() }),
  },
  NO_PAIR: { status: 409, message: 'There is no pair for you here now. Try again later.' },
  TOKEN_REFUSED: { status: 409, message: 'This token is not yours, or not ours. Ask for a pair.' },
  TOKEN_EXPIRED: { status: 410, message: 'This pair was yours for ten minutes. Ask for the next.' },
  TOO_EARLY_TO_CHOOSE: {
    status: 409,
    message: 'Look at both first, or listen to both.',
    data: z.object({ wait_ms: z.int() }),
  },
  BALLOT_CAST: { status: 409, message: 'You have answered this pair. A ballot is not changed.' },
  // applications
  APPLICATIONS_FULL: {
    status: 409,
    message: 'You have as many open applications as one account may have. Withdraw or finish one first.',
    data: z.object({ limit: z.int() }),
  },
  BEGUN_TODAY: {
    status: 409,
    message:
      'You have begun as many applications today as one account may. Another can begin tomorrow (UTC).',
    data: z.object({ limit: z.int() }),
  },
  COOLING_DOWN: {
    status: 409,
    message: 'An application of yours was refused lately. Another can begin later.',
    data: z.object({ until: z.string().nullable(), why: z.string() }),
  },
  DRAFT_CHANGED: {
    status: 409,
    message: 'The draft was saved elsewhere since, in another tab perhaps. Look at it before you write on.',
    data: z.object({ draft_version: z.int() }),
  },
  DRAFT_TOO_LARGE: {
    status: 413,
    message: 'The draft is longer than an application may be.',
    data: z.object({ bytes_max: z.int() }),
  },
  APPLICATION_INCOMPLETE: {
    status: 422,
    message: 'Something is still missing in the application.',
    data: z.object({ issues: z.array(z.object({ path: z.string(), message: z.string() })) }),
  },
  RIGHTS_OUTDATED: {
    status: 409,
    message: 'The statement of rights has a newer version. Read it and affirm that one.',
    data: z.object({ version: z.string() }),
  },
  LICENCE_CONFLICT: {
    status: 422,
    message: 'The licence of the model does not go together with what it was made from.',
    data: z.object({ issues: z.array(z.object({ path: z.string(), message: z.string() })) }),
  },
  LINEAGE_REFUSED: {
    status: 422,
    message: 'The model cannot be made from what is declared.',
    data: z.object({ issues: z.array(z.object({ path: z.string(), message: z.string() })) }),
  },
  TEAM_REFUSED: {
    status: 422,
    message: 'The share cannot be divided among these people.',
    data: z.object({ issues: z.array(z.object({ path: z.string(), message: z.string() })) }),
  },
  INVITATIONS_FULL: {
    status: 409,
    message: 'You have asked as many people today as one account may. Ask again tomorrow (UTC).',
    data: z.object({ limit: z.int() }),
  },
  SAME_REVISION: {
    status: 409,
    message: 'Nothing has changed since the last revision. Change something before you submit again.',
    data: z.object({ number: z.int() }),
  },
  TRIALS_FULL: {
    status: 409,
    message: 'An application keeps only so many samples. Take one out first.',
    data: z.object({ limit: z.int() }),
  },
  TRIALS_USED_UP: {
    status: 409,
    message: 'This application has had as many trials as one may have. What was taken out counts, too.',
    data: z.object({ limit: z.int() }),
  },
  TRIAL_RUNNING: {
    status: 429,
    message: 'A trial of yours is running. Wait until it has ended.',
    data: z.object({ retry_after_s: z.int() }),
  },
  // agreements, teams, standing
  OFFER_EXPIRED: {
    status: 410,
    message: 'The offer is no longer open.',
    data: z.object({ state: z.string() }),
  },
  TERMS_OTHER_THAN_OFFERED: {
    status: 409,
    message: 'These are not the terms that were offered to you. Read those, and sign them if you agree.',
    data: z.object({ terms_version: z.string(), digest: z.string() }),
  },
  TEAM_NOT_AGREED: {
    status: 409,
    message: 'Not everybody who would share has consented yet.',
    data: z.object({ waiting: z.array(z.string()) }),
  },
  FILES_CHANGED: {
    status: 409,
    message: 'The revision or its files are not those that were reviewed, so nothing was done.',
    data: z.object({ why: z.string() }),
  },
  INVITATION_EXPIRED: { status: 410, message: 'This can no longer be answered: its time is over.' },
  ALREADY_ANSWERED: {
    status: 409,
    message: 'You have answered this.',
    data: z.object({ answer: z.string() }),
  },
  SPLIT_REFUSED: {
    status: 422,
    message: 'The share cannot be divided so.',
    data: z.object({ why: z.string() }),
  },
  SPLIT_WAITS: { status: 409, message: 'Another split of this model waits for answers or for its date.' },
  TRANSFER_REFUSED: {
    status: 422,
    message: 'The model cannot be handed over so.',
    data: z.object({ why: z.string() }),
  },
  TRANSFER_WAITS: {
    status: 409,
    message: 'An offer of this model waits for its answer. Take it back first.',
  },
  TRANSFER_EXPIRED: { status: 410, message: 'This offer can no longer be answered: its time is over.' },
  TRANSFER_CHANGED: {
    status: 409,
    message: 'The model is not as it was when you looked at it. Look again before you take it over.',
    data: z.object({ digest: z.string() }),
  },
  CLAIM_OPEN: {
    status: 409,
    message: 'Somebody claims rights in this model. Until that is decided it stays as it is.',
  },
  CLAIM_REFUSED: {
    status: 422,
    message: 'This cannot be claimed, or not be decided so.',
    data: z.object({ why: z.string() }),
  },
  CLAIM_FILED: {
    status: 409,
    message: 'You have an open claim on this model. Withdraw it, or wait until it is decided.',
  },
  CLAIMS_FULL: {
    status: 409,
    message: 'You have filed as many claims as one account may for now. Wait until some time has passed.',
    data: z.object({ limit: z.int() }),
  },
  STATEMENT_CHANGED: {
    status: 409,
    message: 'The statement that you affirmed is no longer the one in force. Read it again.',
    data: z.object({ version: z.string() }),
  },
  TERMS_REFUSED: {
    status: 422,
    message: 'These terms cannot be announced so.',
    data: z.object({ why: z.string() }),
  },
  TERMS_ACCEPTED: { status: 409, message: 'You have accepted these terms for this model.' },
  TERMS_NOT_NEWER: {
    status: 409,
    message: 'These terms are older than those that you accepted for this model.',
    data: z.object({ terms_version: z.string() }),
  },
  STANDING_REFUSED: {
    status: 403,
    message: 'Your standing in the program does not allow this.',
    data: z.object({ standing: z.string(), why: z.string() }),
  },
  // links, events, collaborations
  LINKS_FULL: {
    status: 409,
    message: 'You have as many links as one account may. End one, or lead one elsewhere.',
    data: z.object({ limit: z.int() }),
  },
  LINK_MOVED_OFTEN: {
    status: 409,
    message: 'This link was led elsewhere as often as a link may be. Make another.',
    data: z.object({ limit: z.int() }),
  },
  LINK_LEADS_NOWHERE: { status: 422, message: 'There is nothing by this name that a link could lead to.' },
  EVENTS_FULL: {
    status: 409,
    message: 'You have announced as many events as one account may. Cancel one, or wait until one is over.',
    data: z.object({ limit: z.int() }),
  },
  EVENT_TIME_REFUSED: {
    status: 422,
    message: 'An event cannot be at this time.',
    data: z.object({ why: z.string() }),
  },
  EVENT_OVER: { status: 409, message: 'It is over, has begun, or was cancelled.' },
  COLLABORATOR_REFUSED: {
    status: 422,
    message: 'This cannot be proposed.',
    data: z.object({ why: z.string() }),
  },
  COLLABORATION_WAITS: { status: 409, message: 'A proposal of this between you waits for its answer.' },
  COLLABORATION_EXPIRED: { status: 409, message: 'Nobody answered in time. Propose it anew.' },
  LINK_ENDED: { status: 409, message: 'This link has ended. Make another.' },
  // reviews and decisions
  CONFLICT_OF_INTEREST: {
    status: 409,
    message: 'Somebody here has a conflict of interest and must not judge this application.',
    data: z.object({ reasons: z.array(z.string()) }),
  },
  CONFLICTS_FULL: {
    status: 409,
    message: 'You have declared as many conflicts of interest as one person may. Ask a coordinator.',
    data: z.object({ limit: z.int() }),
  },
  QUORUM_MISSING: {
    status: 409,
    message: 'Too few reviews of this revision count. Ask another reviewer first.',
    data: z.object({ counted: z.int(), needed: z.int() }),
  },
  REVIEWERS_MISSING: {
    status: 409,
    message: 'There are too few reviewers without a conflict of interest.',
    data: z.object({ found: z.int(), needed: z.int() }),
  },
  REVIEWER_UNKNOWN: {
    status: 404,
    message: 'Nobody with the role of a reviewer goes by this handle.',
    data: z.object({ handle: z.string() }),
  },
  ASKED_ALREADY: { status: 409, message: 'This reviewer was asked about this application before.' },
  CHAIR_REVIEWED: {
    status: 409,
    message: 'You were asked to review this application, so another chair has to decide about it.',
  },
  SECOND_SIGNER_NEEDED: {
    status: 409,
    message: 'This contradicts the panel. Propose it, and another chair has to sign it as well.',
    data: z.object({ median: z.string() }),
  },
  APPEAL_TOO_LATE: {
    status: 409,
    message: 'The time for an appeal is over.',
    data: z.object({ until: z.string() }),
  },
  APPEALED_ALREADY: { status: 409, message: 'There was an appeal before. One is possible.' },
  MARKED_ALREADY: { status: 409, message: 'This application is a gold one already.' },
  // community
  IN_THE_BIN: { status: 409, message: 'This lies in the bin. Restore it before you show it.' },
  WORDS_REFUSED: {
    status: 422,
    message: 'These words may not stand here.',
    data: z.object({ reason: z.string(), why: z.string() }),
  },
  BLOCKED: { status: 403, message: 'One of you has blocked the other, so this cannot be done.' },
  ONESELF: { status: 422, message: 'This is you.' },
  REPLY_TOO_DEEP: { status: 422, message: 'This is a reply. Reply to the comment that it stands below.' },
  EDIT_TOO_LATE: {
    status: 409,
    message: 'A comment can be changed for fifteen minutes. Delete it, or write another.',
    data: z.object({ until: z.string() }),
  },
  NOT_USED: {
    status: 409,
    message: 'Models are rated by those who generated with them. Generate something with it first.',
  },
  RELATED_RATING: {
    status: 409,
    message: 'You share in what this model earns, so you do not rate it.',
  },
  REPORTED_ALREADY: { status: 409, message: 'You have reported this. Somebody will look at it.' },
  NOTHING_TO_DECIDE: {
    status: 409,
    message: 'Nothing is to be decided here: somebody else has done it, or nobody reported it.',
  },
  RULING_REFUSED: {
    status: 409,
    message: 'This cannot be decided so.',
    data: z.object({ why: z.string() }),
  },
  OBJECTED_ALREADY: { status: 409, message: 'You have objected to this. One objection is possible.' },
  NOT_HIDDEN: { status: 409, message: 'It is not hidden, so there is nothing to object to.' },
  // showcases, and what is passed on
  PIECE_NOT_SHOWN: {
    status: 422,
    message: 'Some pieces cannot stand here: each must be shown to everybody, and made with this model.',
    data: z.object({ places: z.array(z.int()) }),
  },
  SHOWCASE_CHANGED: {
    status: 409,
    message: 'The showcase was changed meanwhile. Load it again and repeat your change.',
  },
  SHOWCASE_EMPTY: { status: 422, message: 'Pick at least one piece before you publish it.' },
  ARCHIVES_FULL: {
    status: 429,
    message: 'You are downloading as many archives as can be made at once. Wait until one is done.',
    data: z.object({ retry_after_s: z.int() }),
  },
  CARDS_FULL: {
    status: 503,
    message: 'Too many cards are being drawn. Try again in a moment.',
    data: z.object({ retry_after_s: z.int() }),
  },
  CARD_FAILED: { status: 502, message: 'This card could not be drawn.' },
  // featured places
  SLOT_TAKEN: {
    status: 409,
    message: 'Something else is booked for this place in a part of that time.',
    data: z.object({
      booking_id: z.string(),
      model_id: z.string(),
      kind: z.string(),
      reason: z.string(),
      from: z.string(),
      until: z.string(),
    }),
  },
  SLOT_RESERVED: {
    status: 409,
    message: 'This place is kept for new models in a part of that time.',
    data: z.object({ share_ppm: z.int(), from_day: z.string() }),
  },
  SLOT_UNKNOWN: {
    status: 422,
    message: 'There is no such place.',
    data: z.object({ positions: z.int() }),
  },
  SLOT_IN_THE_PAST: { status: 422, message: 'A place is booked from now on, and ends after it began.' },
  SLOT_RUNNING: {
    status: 409,
    message: 'It stands there already: its beginning and its place stay. End it and book another.',
  },
  NOT_FEATURABLE: {
    status: 409,
    message: 'This model cannot be featured.',
    data: z.object({ why: z.string() }),
  },
  QUOTA_CONFLICTS: {
    status: 409,
    message: 'What is booked stands in places that would be kept for new models. Choose a later day.',
    data: z.object({ bookings: z.int(), until: z.string() }),
  },
  IMPRESSION_REFUSED: { status: 422, message: 'This was not shown by us, or too long ago to be counted.' },
  // linked wallets
  CHAIN_ABSENT: { status: 409, message: 'This installation pays no $STELAI on a chain.' },
  CHAIN_AWAY: {
    status: 503,
    message: 'The chain does not answer right now. Nothing was changed; try again in a moment.',
    data: z.object({ retry_after_s: z.int() }),
  },
  WALLET_IMPOSSIBLE: { status: 422, message: 'Nobody can be paid at this address.' },
  WALLET_OF_ANOTHER: {
    status: 409,
    message: 'This wallet belongs to another account, or did so once. A wallet is one member’s for good.',
  },
  WALLET_LINKED_ALREADY: { status: 409, message: 'This wallet is the one that is linked.' },
  WALLET_CHALLENGE_UNKNOWN: {
    status: 404,
    message:
      'There is no such message to be signed: it was used, or a newer one took its place. Begin again.',
  },
  WALLET_CHALLENGE_EXPIRED: {
    status: 410,
    message: 'The time to sign this message is over. Begin again.',
  },
  WALLET_SIGNATURE_WRONG: {
    status: 422,
    message: 'This is not the signature of that wallet on our message.',
  },
  // claims of $STELAI
  CLAIM_NOTHING: { status: 409, message: 'There is nothing to claim for this wallet right now.' },
  CLAIM_NOT_RELAYED: {
    status: 409,
    message: 'This installation does not pay for transactions of others. Claim with your wallet.',
  },
  EPOCH_NOT_PUBLISHED: {
    status: 404,
    message: 'There is no such epoch, or this wallet is in none that is live.',
  },
  HALT_GONE: { status: 409, message: 'Somebody has lifted this already.' },
  // the pool of prizes, and epochs
  POOL_SHORT: {
    status: 409,
    message: 'The pool of prizes does not hold that much. Somebody of finance has to fund it first.',
    data: z.object({ short_nanos: z.string() }),
  },
  CHAIN_PAYS_IN: {
    status: 409,
    message:
      'On this chain nobody pays in from here: send $STELAI to the distributor, and the books have it.',
  },
  CHAIN_HALTED: {
    status: 409,
    message:
      'Payments stand still, because books and chain do not agree. An admin has to look into it first.',
  },
  EPOCH_UNDER_WAY: { status: 409, message: 'An epoch is under way. There is one at a time.' },
  EPOCH_EMPTY: {
    status: 409,
    message:
      'There is nothing to commit: what is owed is in an epoch already, or its winner has no wallet that counts yet.',
  },
  EPOCH_UNFUNDED: {
    status: 409,
    message: 'Less lies on the chain than this epoch would promise.',
    data: z.object({ short_nanos: z.string() }),
  },
  EPOCH_PROPOSER_LEFT: {
    status: 409,
    message: 'Whoever proposed this epoch is not of finance any more. Void it, and propose it again.',
  },
  EPOCH_CHANGED: {
    status: 409,
    message: 'It would commit something else by now. Look again, and approve it then if you still want to.',
  },
  EPOCH_WAS_ACTIVE: {
    status: 409,
    message: 'Its root was live: what it committed may be claimed for ever.',
  },
  // promises of the server
  STORAGE_FULL: { status: 507, message: 'The server has no room to store this.' },
  UNAVAILABLE: { status: 503, message: 'The service is not available right now. Nothing was changed.' },
  OUTCOME_UNKNOWN: {
    status: 503,
    message: 'The answer of the database was lost while saving. Ask again with the same idempotency key.',
  },
  INTERNAL: { status: 500, message: 'Something broke on our side.' },
  // whatever goes through states
  NOT_NOW: {
    status: 409,
    message: 'This cannot be done in the state that it is in.',
    data: z.object({ state: z.string(), act: z.string(), possible: z.array(z.string()) }),
  },
  STATE_CHANGED: {
    status: 409,
    message: 'It has changed since you looked. Look again, and do it then if you still want to.',
    data: z.object({ version: z.int() }),
  },
} as const;

export type RefusalCode = keyof typeof refusals;
export type RefusalData<C extends RefusalCode> = (typeof refusals)[C] extends {
  data: infer S extends z.ZodType;
}
  ? z.infer<S>
  : undefined;

/** The named refusals of one endpoint, for its contract. */
export function may<const C extends RefusalCode>(...codes: C[]): Pick<typeof refusals, C> {
  return Object.fromEntries(codes.map((code) => [code, refusals[code]])) as Pick<typeof refusals, C>;
}
