import * as z from 'zod';
import { REASONS, type Reason } from './policy.ts';

/** Somebody else who is asked as well: an address that the operator set, and no other. */
export type OutsideModerator = {
  url: string;
  token: string | null;
  ms_max: number;
};

export type Asked = { prompt: string; modality: string; model: string };
export type OutsideVerdict =
  { allowed: true } | { allowed: false; reason: Reason; rule: string } | { away: string };

const Answer = z.object({ allowed: z.boolean(), reason: z.string().optional() });
const ANSWER_BYTES_MAX = 16_384;

/** Asks outside. Whatever is not a clear answer in time means that nobody was there. */
export async function askOutside(
  { url, token, ms_max }: OutsideModerator,
  asked: Asked,
): Promise<OutsideVerdict> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      redirect: 'error',
      signal: AbortSignal.timeout(ms_max),
      headers: {
        'content-type': 'application/json',
        accept: 'application/json',
        ...(token && { authorization: `Bearer ${token}` }),
      },
      body: JSON.stringify(asked),
    });
    if (!response.ok) return { away: `it answered ${response.status}` };
    const { allowed, reason } = Answer.parse(JSON.parse(await textOf(response)));
    return allowed ? { allowed: true } : { allowed: false, reason: reasonOf(reason), rule: 'outside' };
  } catch (error) {
    return { away: error instanceof Error ? error.name : 'it could not be reached' };
  }
}

/** Its own words for a reason are its own affair. */
const reasonOf = (said: string | undefined): Reason => (isReason(said) ? said : 'operator_policy');
const isReason = (said: string | undefined): said is Reason =>
  said !== undefined && Object.hasOwn(REASONS, said);

async function textOf(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > ANSWER_BYTES_MAX) throw new Error('the answer is too long');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
