import * as z from 'zod';

/** Why a model file is not taken. */
export const RefusedReason = z.enum([
  'pickle',
  'archive',
  'compressed',
  'hdf5',
  'gguf',
  'other_format',
  'program',
  'malformed',
  'too_large',
  'too_deep',
  'external_data',
  'sparse_data',
  'data_mismatch',
  'local_functions',
  'training_info',
  'operator',
  'domain',
  'version',
  'type',
  'name',
]);
export type RefusedReason = z.infer<typeof RefusedReason>;
