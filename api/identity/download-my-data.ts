import * as z from 'zod';
import { endpoint } from '../base.ts';
import { may } from '../errors.ts';

/**
 * Every row that is about the caller, of every part of the product, by table: one JSON document, written while it is
 * sent. Secrets, and what others said in confidence, are not in it.
 */
export const downloadMyData = endpoint
  .route({
    method: 'GET',
    path: '/me/data',
    tags: ['Identity'],
    summary: 'Everything that is held of me',
    outputStructure: 'detailed',
  })
  .errors(may('ARCHIVES_FULL'))
  .output(
    z.object({
      headers: z.object({ 'content-type': z.literal('application/json'), 'content-disposition': z.string() }),
      body: z.instanceof(ReadableStream<Uint8Array>).meta({ description: 'The bytes of the document.' }),
    }),
  );
