import { createHash } from 'node:crypto';
import type { EngineJob, InputPicture } from '../types.ts';
import { away, invalidInput } from './trouble.ts';

export type ReadPicture = InputPicture & { bytes: Buffer };

/** A call with the pictures that its input names in the form in which its engine takes them. */
export async function withPictures<Call extends { job: EngineJob }>(
  call: Call,
  give: (pictures: readonly ReadPicture[], call: Call) => Promise<readonly string[]> | readonly string[],
): Promise<Call> {
  const { job } = call;
  const named = Object.entries(job.pictures ?? {});
  if (named.length === 0) return call;
  const read = await Promise.all(named.map(([, picture]) => readPicture(picture)));
  const given = await give(read, call);
  const fields = Object.fromEntries(named.map(([field], place) => [field, given[place]]));
  return { ...call, job: { ...job, input: { ...job.input, ...fields } } };
}

async function readPicture(picture: InputPicture): Promise<ReadPicture> {
  const bytes = await picture.read().catch(() => {
    throw away('a picture that the input names cannot be read now');
  });
  if (!bytes || createHash('sha256').update(bytes).digest('hex') !== picture.sha256)
    throw invalidInput('a picture that the input names is not there any more');
  return { ...picture, bytes: Buffer.from(bytes) };
}

export const asDataUrl = ({ mime, bytes }: ReadPicture): string =>
  `data:${mime};base64,${bytes.toString('base64')}`;
