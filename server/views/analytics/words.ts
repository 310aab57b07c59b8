/** Where payers came from. */
export const SOURCES: Record<string, string> = {
  slot: 'A featured place',
  campaign: 'A campaign',
  link: 'A link of yours',
  follow: 'They follow you',
  direct: 'By themselves',
};

/** How they asked. */
export const VIAS: Record<string, string> = {
  page: 'On our pages',
  api: 'By our API',
  replicate: 'By the API of Replicate',
  openai: 'By the API of OpenAI',
  fal: 'By the API of fal',
};

/** Where their clocks are set to; what is not here is called as it is. */
export const REGIONS: Record<string, string> = {
  indian: 'Islands of the Indian Ocean',
  pacific: 'Islands of the Pacific',
  atlantic: 'Islands of the Atlantic',
  america: 'The Americas',
};

/** Why generations fail, in words; what is not known here is told by its code. */
const REASONS: Record<string, string> = {
  timeout: 'It took too long',
  out_of_memory: 'It needed too much memory',
  engine_crashed: 'The engine broke off',
  model_error: 'The model could not do it',
  model_invalid: 'The files of the model could not be used',
  invalid_input: 'The settings did not fit',
  output_rejected: 'The result could not be used',
  policy_blocked: 'The result was blocked',
  runner_broke: 'The runner broke',
  runner_lost: 'The runner was lost',
  runner_unavailable: 'The runner could not be reached',
  storage_full: 'There was no room for the result',
  waited_too_long: 'Nobody took it in time',
};
export const reasonName = (reason: string): string => REASONS[reason] ?? capital(reason.replaceAll('_', ' '));

export const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
