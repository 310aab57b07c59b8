import { describe, expect, test } from 'vitest';
import { openBench } from '../../../../../tests/peers/bench.ts';
import { json, PICTURE, standUp } from '../../../../../tests/peers/peer.ts';
import { fromDataUrl, percentIn, renamed } from './outputs.ts';

const data = `data:image/png;base64,${PICTURE.toString('base64')}`;

describe('the files in what a model gives', () => {
  test.each<[string, unknown, number]>([
    ['one', data, 1],
    ['a list', [data, data], 2],
    ['by name, with notes beside', { image: data, seed: 7, note: 'a boat', safe: true }, 1],
    ['lists by name', { images: [data], masks: [data] }, 2],
  ])('%s', async (_, output, files) => {
    expect(await made(output)).toMatchObject({ ok: true, outputs: { length: files } });
  });

  test.each<[string, unknown, RegExp]>([
    ['nothing', null, /made nothing/],
    ['a number', 7, /made nothing/],
    ['words', 'a boat on a lake', /words where a file/],
    ['a path', '/etc/passwd', /words where a file/],
    ['nine files', Array(9).fill(data), /9 results, at most 8/],
    ['data that is not base64', 'data:image/svg+xml,<svg/>', /of a form that is not taken/],
    ['an empty file', 'data:image/png;base64,', /an empty file/],
    ['a host that is not listed', 'https://example.com/a.png', /not one of the engine/],
    ['a name and a password', 'http://me:pw@127.0.0.1/a.png', /not one of the engine/],
  ])('are refused as %s', async (_, output, message) => {
    expect(await made(output)).toMatchObject({
      code: 'output_rejected',
      message: expect.stringMatching(message),
    });
  });

  async function made(output: unknown) {
    const ground = await standUp(({ path, answer }) =>
      path === '/health-check'
        ? json(answer, 200, { status: 'READY' })
        : json(answer, 200, { status: 'succeeded', output }),
    );
    const bench = openBench({ url: ground.origin }, { kind: 'cog', endpoint: 'painter', rename: {} });
    const { result } = await bench.run({});
    await bench.close();
    await ground.leave();
    return result;
  }
});

test('a data URL is read with its bounds', () => {
  expect(fromDataUrl('data:image/png;charset=x;base64,AAAA', 3)).toEqual({
    mime: 'image/png',
    bytes: new Uint8Array(3),
  });
  expect(() => fromDataUrl(`data:;base64,${'A'.repeat(4000)}`, 100)).toThrow(/more than 100 bytes/);
});

test('fields are renamed, and left out where the model knows none', () => {
  expect(renamed({ prompt: 'a', seed: 1, size: 2 }, { prompt: 'text', seed: '', constructor: 'x' })).toEqual({
    text: 'a',
    size: 2,
  });
});

test('progress is the last that a bar in the logs says', () => {
  expect(percentIn('loading\r 10%|#   | 1/10\r 70%|####### | 7/10')).toBe(70);
  expect(percentIn('70 % of people')).toBeNull();
  expect(percentIn('999%|x|')).toBe(100);
});
