import OpenAI from 'openai';
import Replicate from 'replicate';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startOpenaiImages } from './openai-images.ts';
import { type Peer, PICTURE, TOKEN } from './peer.ts';
import { startReplicate } from './replicate.ts';

// A peer is as good as what the makers' own clients think of it.

describe('the OpenAI peer, by its maker’s client', () => {
  let peer: Peer;
  let client: OpenAI;
  beforeAll(async () => {
    peer = await startOpenaiImages();
    client = new OpenAI({ apiKey: TOKEN, baseURL: peer.url, maxRetries: 0 });
  });
  afterAll(() => peer.leave());

  test('makes a picture', async () => {
    const { data } = await client.images.generate({ model: 'painter-1', prompt: 'a boat', n: 1 });
    expect(Buffer.from(data?.[0]?.b64_json ?? '', 'base64')).toEqual(PICTURE);
  });

  test('streams partial images and then the whole one', async () => {
    const told: string[] = [];
    const stream = await client.images.generate({
      model: 'gpt-image-1',
      prompt: 'a boat',
      stream: true,
      partial_images: 2,
    });
    for await (const event of stream) told.push(event.type);
    expect(told).toEqual([
      'image_generation.partial_image',
      'image_generation.partial_image',
      'image_generation.completed',
    ]);
  });

  test('refuses as the real one does', async () => {
    peer.next({ does: 'is busy' });
    const busy = client.images.generate({ model: 'painter-1', prompt: 'a boat' });
    await expect(busy).rejects.toBeInstanceOf(OpenAI.RateLimitError);
    peer.next({ does: 'refuses for content' });
    const refused = client.images.generate({ model: 'painter-1', prompt: 'a boat' });
    await expect(refused).rejects.toMatchObject({ status: 400, code: 'moderation_blocked' });
    const stranger = new OpenAI({ apiKey: 'none', baseURL: peer.url, maxRetries: 0 });
    const unknown = stranger.images.generate({ model: 'painter-1', prompt: 'a boat' });
    await expect(unknown).rejects.toBeInstanceOf(OpenAI.AuthenticationError);
  });
});

describe('the Replicate peer, by its maker’s client', () => {
  let peer: Peer;
  let client: Replicate;
  beforeAll(async () => {
    peer = await startReplicate();
    client = new Replicate({ auth: TOKEN, baseUrl: peer.url, useFileOutput: false });
  });
  afterAll(() => peer.leave());

  test.each([
    ['waiting', { mode: 'block' as const }],
    ['asking', { mode: 'poll' as const, interval: 20 }],
  ])('runs a model, %s', async (_, wait) => {
    const output = await client.run('peer/painter', { input: { prompt: 'a boat' }, wait });
    const [url] = output as string[];
    expect(Buffer.from(await (await fetch(url!)).arrayBuffer())).toEqual(PICTURE);
  });

  test('runs a version, and stops it when asked', async () => {
    peer.next({ does: 'hangs' });
    const begun = await client.predictions.create({ version: 'a'.repeat(64), input: { prompt: 'a boat' } });
    expect(begun).toMatchObject({ status: 'starting' });
    expect(await client.predictions.cancel(begun.id)).toMatchObject({ status: 'canceled' });
    expect(await client.predictions.get(begun.id)).toMatchObject({ id: begun.id, status: 'canceled' });
  });

  test('fails as the real one does', async () => {
    peer.next({ does: 'fails', message: 'CUDA error' });
    await expect(client.run('peer/painter', { input: { prompt: 'a boat' } })).rejects.toThrow('CUDA error');
    await expect(client.run('peer/painter', { input: {} })).rejects.toThrow('prompt is required');
  });
});
