/** Why a release is not in order, whatever it makes. */
export const RELEASE_CHECKS = [
  'MODEL_FILE_UNKNOWN',
  'BINDING_REFUSED',
  'INPUT_SCHEMA_REFUSED',
  'METERING_REFUSED',
  'NOT_PRICED',
] as const;

/** Why a release may not be published, with its model or after others. */
export const RELEASE_REFUSALS = [...RELEASE_CHECKS, 'TRIAL_FAILED', 'STORAGE_FULL'] as const;
