import * as z from 'zod';

export const FileName = z
  .string()
  .regex(/^[\w][\w .()+-]{0,98}$/, 'is not a name of a file: letters, digits, dots and hyphens')
  .meta({ description: 'What it is called; only shown.' });
