import type { IncomingMessage } from 'node:http';

export type Body = { json: unknown } | { trouble: 'malformed' | 'wrong type' | 'too large' };

/**
 * Reads a JSON body of at most `bytes_max` and not a byte more. An empty body is an empty object.
 * Compressed bodies are not taken: unpacking them would be work that a stranger decides on.
 */
export async function readJson(req: IncomingMessage, bytes_max: number): Promise<Body> {
  const announced = Number(req.headers['content-length'] ?? 0);
  if (announced > bytes_max) return { trouble: 'too large' };
  const streams = req.headers['transfer-encoding'] !== undefined;
  if (announced > 0 || streams) {
    const type = (req.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase();
    const encoding = req.headers['content-encoding'] ?? 'identity';
    if (type !== 'application/json' || encoding !== 'identity') return { trouble: 'wrong type' };
  }
  const bytes = await readBytes(req, bytes_max);
  if (bytes === null) return { trouble: 'too large' };
  const text = bytes.toString('utf8');
  return text.trim() === '' ? { json: {} } : parse(text);
}

/** The body, or null where it has more than `bytes_max`: then the rest is not read. */
function readBytes(req: IncomingMessage, bytes_max: number): Promise<Buffer<ArrayBuffer> | null> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    req.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > bytes_max) {
        req.removeAllListeners('data').pause();
        resolve(null);
      } else chunks.push(chunk);
    });
    req.once('end', () => resolve(Buffer.concat(chunks)));
    req.once('error', reject);
  });
}

function parse(text: string): Body {
  try {
    let clean = true;
    // a key of this name would reach for the prototype of whatever it is copied into
    const mayHide = text.includes('__proto__') || text.includes('\\u');
    const json: unknown = mayHide
      ? JSON.parse(text, (key, value: unknown) => {
          if (key === '__proto__') clean = false;
          return value;
        })
      : JSON.parse(text);
    return clean ? { json } : { trouble: 'malformed' };
  } catch {
    return { trouble: 'malformed' };
  }
}
