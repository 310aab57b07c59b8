import * as z from 'zod';
import { endpoint, Id } from '../base.ts';
import { may } from '../errors.ts';

const file = {
  headers: z.object({
    'content-type': z.string(),
    'content-disposition': z.string(),
    'content-length': z.string(),
    'accept-ranges': z.literal('bytes'),
    etag: z.string(),
  }),
  body: z.instanceof(ReadableStream<Uint8Array>).meta({ description: 'The bytes of the file.' }),
};

/**
 * The bytes. A download that broke off goes on where it ended: ask for `Range: bytes=<how many you have>-`, with the ETag
 * in `If-Range`.
 */
export const downloadExport = endpoint
  .route({
    method: 'GET',
    path: '/analytics/exports/{id}/file',
    tags: ['Analytics'],
    summary: 'Download a file, or the rest of it',
    inputStructure: 'detailed',
    outputStructure: 'detailed',
  })
  .errors(may('NOT_FOUND', 'EXPORT_NOT_READY', 'EXPORT_EXPIRED', 'RANGE_NOT_SATISFIABLE', 'DOWNLOADS_FULL'))
  .input(
    z.object({
      params: z.object({ id: Id }),
      headers: z.object({
        range: z.string().max(200).optional().meta({ description: 'One range of bytes.' }),
        'if-range': z.string().max(200).optional().meta({ description: 'The ETag of what you have.' }),
      }),
    }),
  )
  .output(
    z.union([
      z.object({ status: z.literal(200), ...file }),
      z.object({
        status: z.literal(206),
        ...file,
        headers: file.headers.extend({ 'content-range': z.string() }),
      }),
    ]),
  );
