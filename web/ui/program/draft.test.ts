import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { anchorOf, nameOf, readDraft, slugOf, stepOf, wordsOf, writeDraft } from './draft.ts';

test('what the form was given it gives back, and reading it again changes nothing', () => {
  fc.assert(
    fc.property(
      fc.dictionary(fc.constantFrom('title', 'team', 'release', 'lineage', 'uses'), fc.jsonValue()),
      (draft) => {
        const written = writeDraft(readDraft(draft));
        expect(writeDraft(readDraft(written))).toEqual(written);
      },
    ),
  );
});

test('what nobody chose is not chosen', () => {
  const written = writeDraft(readDraft({}));
  for (const field of ['modality', 'licence', 'lineage', 'rights']) expect(written).not.toHaveProperty(field);
  expect(written.release).toEqual({ version: '1.0.0', files: [] });
});

test('a whole draft comes through as it is', () => {
  const draft = {
    ...{ title: 'Waves', slug: 'waves', modality: 'image', summary: 's', what_it_does: 'w', sets_apart: 'a' },
    ...{ features: ['a'], uses: ['b'], changelog: '', team: [{ handle: 'ben', part_ppm: 100 }] },
    release: {
      version: '1.0.0',
      binding: { kind: 'pull', pool: 'gpus' },
      files: [{ role: 'painter', digest: 'sha256:0' }],
      price_class: 'image-standard',
      metering: { kind: 'seconds', field: 'duration_s' },
    },
    licence: { kind: 'known', id: 'MIT' },
    lineage: {
      kind: 'derived',
      parents: [{ release_id: 'r', royalty_ppm: 100 }],
      elsewhere: [{ name: 'Sea', licence_id: 'MIT' }],
    },
    rights: { version: '2026-11', affirmed: true },
  };
  expect(writeDraft(readDraft(draft))).toEqual(draft);
});

describe('where a field stands', () => {
  test.each([
    ['title', 'model', 'Title', 'field-title'],
    ['release.files.0.digest', 'files', 'Files', 'field-release.files'],
    ['release.price_class', 'price', 'Price class', 'field-release.price_class'],
    ['lineage.parents.1.release_id', 'lineage', 'Parents here', 'field-lineage.parents'],
    ['team.0.handle', 'team', 'Team', 'field-team'],
    ['rights', 'rights', 'Statement of rights', 'field-rights'],
  ])('%s', (path, step, name, anchor) => {
    expect([stepOf(path), nameOf(path), anchorOf(path)]).toEqual([step, name, anchor]);
  });

  test('an address from a title', () => {
    expect(slugOf('The Sea, at Night!')).toBe('the-sea-at-night');
    expect(slugOf('Müller & Söhne')).toBe('muller-sohne');
  });
});

test('what is missing is said as such, and what is wrong as what it is', () => {
  const says = (
    path: string,
    message: string,
    draft: Record<string, unknown>,
    code = 'APPLICATION_INCOMPLETE',
  ) => wordsOf({ path, message, code }, draft);
  const pattern = 'Invalid string: must match pattern /^[a-z]$/';
  expect(says('slug', pattern, { slug: '' })).toBe('This is needed.');
  expect(says('slug', pattern, { slug: 'A B' })).toContain('a-z');
  expect(
    says('lineage.parents.0.release_id', 'is not an id: x', { lineage: { parents: [{ release_id: '' }] } }),
  ).toBe('This is needed.');
  expect(says('team.0.part_ppm', 'Too small', { team: [{ part_ppm: 7 }] })).toContain('0.01 %');
  expect(says('slug', 'A model with this slug exists.', {}, 'SLUG_TAKEN')).toBe(
    'A model with this slug exists.',
  );
});
