/** Why a release may not be published, with its model or after others. */
export const RELEASE_REFUSALS = [
  'MODEL_FILE_UNKNOWN',
  'BINDING_REFUSED',
  'INPUT_SCHEMA_REFUSED',
  'METERING_REFUSED',
  'TRIAL_FAILED',
  'NOT_PRICED',
  'STORAGE_FULL',
] as const;
