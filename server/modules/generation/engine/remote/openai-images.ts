import type { IncomingMessage } from 'node:http';
import * as z from 'zod';
import type { Binding } from '#api/registry/binding.ts';
import type { Call, Dialect } from './dialect.ts';
import type { Artifact } from './endpoint.ts';
import { type Line, parsed } from './http.ts';
import { fromBase64, glance, inJson } from './outputs.ts';
import { serverSentEvents } from './server-sent-events.ts';
import {
  away,
  modelError,
  outputRejected,
  policyBlocked,
  speaksOfPolicy,
  Trouble,
  troubleOf,
} from './trouble.ts';

type ImagesCall = Call<Extract<Binding, { kind: 'openai-images' }>>;

/** Fields of the protocol that an input schema may have; the rest of an input is not sent, for it would be refused. */
const FIELDS = ['prompt', 'quality', 'style', 'background', 'moderation'] as const;
const PARTIAL_IMAGES = 2;

const Pictures = z.object({
  data: z.array(z.object({ b64_json: z.string().nullish(), url: z.string().nullish() })).min(1),
});
const Frame = z.object({ type: z.string(), b64_json: z.string() });
const Problem = z.object({
  error: z.object({
    message: z.string().nullish(),
    code: z.union([z.string(), z.number()]).nullish(),
    type: z.string().nullish(),
    param: z.string().nullish(),
  }),
});

/** There is no id to cancel by: closing the request is all that can be said. */
export const openaiImages: Dialect<ImagesCall['binding']> = {
  async make(call) {
    const { line, signal, tell, binding, job } = call;
    const answer = await line.open('POST', 'images/generations', {
      body: requestOf(call),
      headers: { accept: 'text/event-stream, application/json', 'idempotency-key': call.id },
      signal,
      held: true,
    });
    tell.started();
    const runtime = { name: 'openai-images', version: binding.model };
    try {
      if (answer.statusCode !== 200) throw refused(line, answer.statusCode ?? 0, await line.read(answer));
      if ((answer.headers['content-type'] ?? '').startsWith('text/event-stream'))
        return { artifacts: [await streamed(call, answer)], inference_ms: null, runtime };
      const value = await line.read(answer, inJson(job.limits.output_bytes_max));
      return { artifacts: [await pictureIn(call, value)], inference_ms: null, runtime };
    } catch (error) {
      signal.throwIfAborted();
      throw error instanceof Trouble ? error : away('the connection to the engine broke');
    } finally {
      answer.destroy();
    }
  },

  async health(line, signal) {
    const { status } = await line.json('GET', 'models', { signal });
    if (status === 200 || status === 404) return { state: 'ready', reason: null };
    throw troubleOf(status, '');
  },
};

function requestOf({ job, binding }: ImagesCall): Record<string, unknown> {
  const { input } = job;
  const [width, height] = [input.width, input.height];
  const own = FIELDS.filter((field) => typeof input[field] === 'string').map((field) => [
    field,
    input[field],
  ]);
  // these models always answer with base64 and refuse to be asked for it; only they stream
  const streams = /^(chatgpt|gpt)-image/.test(binding.model);
  return {
    ...Object.fromEntries(own),
    model: binding.model,
    n: 1,
    ...(typeof width === 'number' && typeof height === 'number' && { size: `${width}x${height}` }),
    ...(streams ? { stream: true, partial_images: PARTIAL_IMAGES } : { response_format: 'b64_json' }),
    user: job.generation_id,
  };
}

async function streamed(call: ImagesCall, answer: IncomingMessage): Promise<Artifact> {
  const { job, tell, line } = call;
  let step = 0;
  for await (const { data } of serverSentEvents(answer, inJson(job.limits.output_bytes_max) * 2)) {
    const value = parsed(data);
    const frame = Frame.safeParse(value);
    if (!frame.success) {
      if (Problem.safeParse(value).success) throw refused(line, 400, value);
      continue;
    }
    const { type, b64_json } = frame.data;
    if (type === 'image_generation.completed')
      return { mime: '', bytes: fromBase64(b64_json, job.limits.output_bytes_max) };
    if (type !== 'image_generation.partial_image') continue;
    tell.progress(++step, PARTIAL_IMAGES + 1, 'Painting');
    const seen = glance(b64_json);
    if (seen) tell.preview(seen);
  }
  throw away('the connection to the engine broke');
}

async function pictureIn({ line, signal, job }: ImagesCall, value: unknown): Promise<Artifact> {
  const pictures = Pictures.safeParse(value);
  if (!pictures.success) throw modelError('the engine answered with something else than a picture');
  const { b64_json, url } = pictures.data.data[0]!;
  const bytes_max = job.limits.output_bytes_max;
  if (b64_json) return { mime: '', bytes: fromBase64(b64_json, bytes_max) };
  if (!url) throw outputRejected('the engine made nothing');
  return line.fetchOutput(url, { signal, bytes_max });
}

function refused(line: Line, status: number, value: unknown): Trouble {
  const problem = Problem.safeParse(value);
  if (!problem.success) return troubleOf(status, '');
  const { message, code, param } = problem.data.error;
  if (speaksOfPolicy(`${code ?? ''} ${message ?? ''}`)) return policyBlocked();
  return troubleOf(status, line.clean(param ? `${param}: ${message ?? ''}` : message));
}
