import { expect, test } from 'vitest';
import { BUNDLE_FORMAT, BundleUnreadable, parseBundle, parseKeySet } from './bundle.ts';
import { exampleBundle } from './example.ts';

test('a bundle is read back as it was written', async () => {
  const bundle = await exampleBundle();
  expect(parseBundle(JSON.stringify(bundle))).toEqual(bundle);
  const { day: _day, day_proof: _proof, payer: _payer, ...rest } = bundle;
  expect(parseBundle(JSON.stringify(rest, null, 2))).toEqual(rest);
  expect(parseKeySet(JSON.stringify(bundle.jwks))).toEqual(bundle.jwks);
});

test('what is no bundle is refused by the name of the first field that is amiss', async () => {
  const bundle = await exampleBundle();
  const amiss: [unknown, string][] = [
    [null, 'the file is no object'],
    [[], 'the file is no object'],
    [{ ...bundle, format: 'zip' }, `its format is "zip", not "${BUNDLE_FORMAT}"`],
    [{ ...bundle, receipt: {} }, 'receipt is no text'],
    [{ ...bundle, digest: null }, 'digest is no text'],
    [{ ...bundle, block: 1 }, 'block is no text'],
    [{ ...bundle, proof: 'x' }, 'proof is no object'],
    [{ ...bundle, proof: { ...bundle.proof, index: -1 } }, 'proof.index is no whole number'],
    [{ ...bundle, proof: { ...bundle.proof, index: '1' } }, 'proof.index is no whole number'],
    [{ ...bundle, proof: { ...bundle.proof, size: 1.5 } }, 'proof.size is no whole number'],
    [{ ...bundle, proof: { ...bundle.proof, path: {} } }, 'proof.path is no list'],
    [{ ...bundle, proof: { ...bundle.proof, path: ['', 1] } }, 'proof.path[1] is no text'],
    [{ ...bundle, day: 1 }, 'day is no text'],
    [{ ...bundle, day_proof: 1 }, 'day_proof is no object'],
    [{ ...bundle, payer: 'paula' }, 'payer is no object'],
    [{ ...bundle, payer: { id: 1 } }, 'payer.id is no text'],
    [{ ...bundle, payer: { id: 'paula' } }, 'payer.salt is no text'],
    [{ ...bundle, jwks: undefined }, 'jwks is no object'],
    [{ ...bundle, jwks: {} }, 'jwks.keys is no list'],
    [{ ...bundle, jwks: { keys: [1] } }, 'jwks.keys[0] is no object'],
    [{ ...bundle, jwks: { keys: [{}] } }, 'jwks.keys[0].kty is no text'],
  ];
  for (const [value, sentence] of amiss) {
    expect(() => parseBundle(JSON.stringify(value))).toThrow(BundleUnreadable);
    expect(() => parseBundle(JSON.stringify(value))).toThrow(sentence);
  }
  expect(() => parseBundle('{')).toThrow(/^it is no JSON: /);
  expect(() => parseKeySet('{"keys":1}')).toThrow('the key set.keys is no list');
});
