import { getEventMeta, toORPCError } from '@orpc/client';

/**
 * Events as the lines in which they are sent. What many are told at once bears one and the same `meta`, whoever it goes
 * to, and is written once.
 */
export const linesOfEvents = {
  of(event: unknown): Uint8Array {
    const meta = getEventMeta(event);
    const before = meta && written.get(meta);
    if (before) return before;
    const lines = encoder.encode(`event: message\n${idLine(meta)}data: ${JSON.stringify(event)}\n\n`);
    if (meta) written.set(meta, lines);
    return lines;
  },
  ofTrouble: (trouble: unknown): string =>
    `event: error\ndata: ${JSON.stringify(toORPCError(trouble).toJSON())}\n\n`,
};

type Meta = ReturnType<typeof getEventMeta>;
const written = new WeakMap<NonNullable<Meta>, Uint8Array>();
const encoder = new TextEncoder();
const idLine = (meta: Meta) => (meta?.id === undefined ? '' : `id: ${meta.id}\n`);
