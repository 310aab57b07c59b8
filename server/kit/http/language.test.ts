import { expect, test } from 'vitest';
import { languageFor } from './language.ts';

const THERE = ['en', 'de', 'pt-BR'] as const;
const forHeader = (accepted?: string, chosen?: string) => languageFor({ accepted, chosen }, [...THERE]);

test('what somebody chose counts before what their browser asks for', () => {
  expect(forHeader('pt-BR', 'de')).toBe('de');
  expect(forHeader('pt-BR', 'xx')).toBe('pt-BR');
});

test('the language wanted most is taken of those that there are', () => {
  expect(forHeader('fr, de;q=0.5, pt-br;q=0.9')).toBe('pt-BR');
  expect(forHeader('de-CH, en;q=0.9')).toBe('de');
  expect(forHeader('en-GB, de;q=0.9')).toBe('en');
  expect(forHeader('de;q=0, fr')).toBe('en');
});

test('who asks for nothing, or for nothing that there is, reads the first', () => {
  for (const accepted of [undefined, '', '*', 'fr', ';;,', 'de;q=x', '*, de'])
    expect(forHeader(accepted)).toBe('en');
  expect(forHeader(`${'xx,'.repeat(10_000)}de`)).toBe('en');
});
