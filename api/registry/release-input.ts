import * as z from 'zod';
import { Binding } from './binding.ts';
import { Digest } from './model-file-shapes.ts';

const Field = z.string().regex(/^[a-z][a-z0-9_]{0,40}$/);

/** How the units of the price come from the input. */
const Metering = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('pixels'), width: Field, height: Field }),
  z.strictObject({ kind: z.literal('seconds'), field: Field }),
]);

/** The words of the licence themselves, so that they are what they were whatever becomes of an address. */
export const LicenceDocument = z.strictObject({
  title: z.string().trim().min(1).max(200),
  text: z.string().trim().min(1).max(60_000),
});
export type LicenceDocument = z.infer<typeof LicenceDocument>;

/** What somebody publishes; none of it is ever edited. */
export const ReleaseInput = z.strictObject({
  version: z.string().regex(/^\d{1,4}\.\d{1,4}\.\d{1,4}$/, 'is not a version such as 1.0.0'),
  binding: Binding,
  files: z
    .array(
      z.strictObject({
        role: z.string().regex(/^[a-z][a-z0-9-]{0,30}$/, 'is not a role: a-z, 0-9 and hyphen'),
        digest: Digest,
      }),
    )
    .max(16)
    .default([]),
  input_schema: z.record(z.string(), z.unknown()).optional().meta({
    description:
      'JSON Schema 2020-12 with x-ui hints. Of kind onnx it is made from the manifest if left out.',
  }),
  metering: Metering.optional().meta({
    description: 'If left out: by width times height of pictures, by duration_s of films and music.',
  }),
  price_class: z.string().min(1).max(60),
  licence: z.string().trim().min(1).max(300),
  licence_document: LicenceDocument.optional(),
  changelog: z
    .string()
    .trim()
    .max(10_000)
    .optional()
    .meta({ description: 'Plain text: what is new in it. Never edited, as all of a release.' }),
});
export type ReleaseInput = z.infer<typeof ReleaseInput>;
