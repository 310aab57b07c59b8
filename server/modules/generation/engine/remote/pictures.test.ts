import { expect, test } from 'vitest';
import { openBench } from '../../../../../tests/peers/bench.ts';
import { startCog } from '../../../../../tests/peers/cog.ts';
import { startComfyui, WORKFLOW } from '../../../../../tests/peers/comfyui.ts';
import { dataUrl, PICTURE } from '../../../../../tests/peers/peer.ts';
import { startReplicate } from '../../../../../tests/peers/replicate.ts';
import { sha256 } from '../../../../kit/files.ts';
import type { InputPicture } from '../types.ts';

const endpoint = 'painter';
const input = { prompt: 'a boat', picture: '0197c1d2-6f3a-7b60-9c1e-2d4f5a6b7c8d' };
const pictureOf = (bytes: Uint8Array): InputPicture => {
  const digest = sha256(bytes);
  const url = `https://media.example/${digest}.png?s=signed`;
  return { sha256: digest, mime: 'image/png', extension: 'png', url, read: async () => bytes };
};
const small = pictureOf(PICTURE);
const large = pictureOf(Buffer.alloc(7_100_000, 1));

test('Cog is sent the picture itself, under the name that the model knows', async () => {
  const peer = await startCog();
  const bench = openBench(peer, { kind: 'cog', endpoint, rename: { picture: 'image' } });
  expect((await bench.run({ input, pictures: { picture: small } })).result).toMatchObject({ ok: true });
  expect(peer.ran).toMatchObject([{ image: dataUrl(PICTURE) }]);

  // a field that names none is left as it is
  expect((await bench.run({ generation_id: 'another', input: { prompt: 'a boat' } })).result.ok).toBe(true);

  const failing = async (read: InputPicture['read']) =>
    (await bench.run({ attempt: 2, input, pictures: { picture: { ...small, read } } })).result;
  const gone = { ok: false, code: 'invalid_input', retryable: false };
  expect(await failing(async () => null)).toMatchObject(gone);
  expect(await failing(large.read)).toMatchObject(gone);
  const away = { ok: false, code: 'runner_unavailable', retryable: true };
  expect(await failing(() => Promise.reject(new Error('no line')))).toMatchObject(away);
  await bench.close();
  await peer.leave();
});

test('ComfyUI is given the file first, and its name in the workflow', async () => {
  const workflow = { ...WORKFLOW, '10': { class_type: 'LoadImage', inputs: { image: 'example.png' } } };
  const bind = { prompt: '6.inputs.text', picture: '10.inputs.image' };
  const binding = { kind: 'comfyui' as const, endpoint, workflow, bind, output_nodes: ['9'] };
  const peer = await startComfyui();
  const bench = openBench(peer, binding);
  expect((await bench.run({ input, pictures: { picture: small } })).result).toMatchObject({ ok: true });
  const name = `${small.sha256}.png`;
  expect(peer.ran).toMatchObject([{ '10': { inputs: { image: name } } }]);
  expect(Buffer.compare(peer.uploads.get(name) ?? Buffer.alloc(0), PICTURE)).toBe(0);
  await bench.close();
  await peer.leave();
});

test('Replicate is sent what is small, and told where to fetch what is not', async () => {
  const peer = await startReplicate();
  const bench = openBench(peer, { kind: 'replicate', endpoint, model: 'peer/painter', rename: {} });
  expect((await bench.run({ input, pictures: { picture: small } })).result).toMatchObject({ ok: true });
  await bench.run({ generation_id: 'another', input, pictures: { picture: large } });
  expect(peer.ran).toMatchObject([{ picture: dataUrl(PICTURE) }, { picture: large.url }]);
  await bench.close();
  await peer.leave();
});
