import fc from 'fast-check';
import fs from 'node:fs';
import { describe, expect, test } from 'vitest';
import { type Message, messages, nameOf, TEMPLATE, templateOf } from './catalogue.ts';
import { sentencesIn } from './find.ts';
import { formsOf, readLanguage, renewed, sayFrom, translated } from './languages.ts';
import { inPseudo, PSEUDO } from './pseudo.ts';
import { inLanguage } from './put.ts';
import { tokensOf, troubleWith } from './sentence.ts';

const textsIn = (source: string, file = 'Page.svelte') => sentencesIn(source, file).map(({ text }) => text);
const said = (source: string, says: Record<string, string | string[]>, file = 'Page.svelte') =>
  inLanguage(source, file, ({ text }) => (says[text] === undefined ? null : [says[text]].flat()));

describe('the catalogue', () => {
  test('has every sentence of the pages: run `npm run texts`', () => {
    const all = messages();
    expect(all.length).toBeGreaterThan(3_000);
    expect(fs.readFileSync(TEMPLATE, 'utf8') === templateOf(all), 'web/texts/messages.pot is current').toBe(
      true,
    );
    for (const language of translated()) {
      const { text, troubles } = renewed(language, all, readLanguage(language));
      expect(troubles).toEqual([]);
      expect(readLanguage(language) === text, `${language}.po is current`).toBe(true);
    }
  });

  test('keeps what was translated, and says what it cannot take', () => {
    const message = (text: string, more: Partial<Message> = {}): Message => ({
      ...{ text, context: '', hasHoles: false, holes: [], files: ['a.ts'] },
      ...more,
    });
    const all = [
      message('Save'),
      message('By {0}', { hasHoles: true, holes: ['{name}'] }),
      message('model', { many: 'models', context: 'counted' }),
      message('New'),
    ];
    const first = renewed('pl', all, '');
    expect(first).toMatchObject({ untranslated: 4, gone: 0, troubles: [] });
    const translation = first.text
      .replace('msgid "Save"\nmsgstr ""', 'msgid "Save"\nmsgstr "Zapisz"')
      .replace('msgid "By {0}"\nmsgstr ""', 'msgid "By {0}"\nmsgstr "Autor"')
      .replace('msgid "New"\nmsgstr ""', '#, fuzzy\nmsgid "New"\nmsgstr "Nowy"')
      .replace(/msgstr\[(\d)\] ""/g, 'msgstr[$1] "model$1"');
    const second = renewed('pl', all.slice(0, 3), translation);
    expect(second).toMatchObject({ untranslated: 0, gone: 1, troubles: [expect.stringContaining('By {0}')] });
    const says = sayFrom(translation);
    const page = `say('Save', 'New', \`By \${name}\`, count(3, 'model'))`;
    expect(inLanguage(page, 'a.ts', says)).toBe(
      `say('Zapisz', 'New', \`By \${name}\`, count(3, 'model0', 'model1', 'model2'))`,
    );
  });

  test('knows how many forms a language has for what is counted', () => {
    expect(formsOf('de')).toEqual(['one', 'other']);
    expect(formsOf('ja')).toEqual(['other']);
    expect(formsOf('pl')).toEqual(['one', 'few', 'many']);
    expect(formsOf('ar')).toEqual(['zero', 'one', 'two', 'few', 'many', 'other']);
  });

  test('is of the pages, not of what tries or configures them', () => {
    const at = (file: string) => nameOf(`${import.meta.dirname}/../${file}`);
    expect(at('ui/words.ts')).toBe('ui/words.ts');
    expect(at('pages/+page.svelte')).toBe('pages/+page.svelte');
    expect(at('../api/earnings/statement-words.ts')).toBe('../api/earnings/statement-words.ts');
    for (const file of ['issue-words.test.ts', 'vite.config.ts', '../server/main.ts', '../api/index.ts'])
      expect(at(file)).toBeNull();
  });
});

describe('a sentence', () => {
  test('is a whole line of markup, with what stands in it', () => {
    expect(
      textsIn('<p>Read <a href="/terms">the terms</a> of {name}, <Amount {micros} /> a month.</p>'),
    ).toEqual(['Read <0>the terms</0> of {1}, <2/> a month.']);
  });
  test('ends where a block begins, and leaves out the icon beside it', () => {
    expect(textsIn('<li>One<ul><li>Two</li></ul></li>')).toEqual(['One', 'Two']);
    expect(textsIn('<button><Star size={16} /> Keep it</button>')).toEqual(['Keep it']);
  });
  test('stands in attributes that are read, and not in those for machines', () => {
    expect(textsIn('<img alt="A quiet sea" class="grid gap-4" src="/sea.png" />')).toEqual(['A quiet sea']);
    expect(textsIn('<Field label="Sample {index}" type="text" />')).toEqual(['Sample {0}']);
  });
  test('stands in scripts where it looks like one', () => {
    const script = `
      const kind = 'image';
      const words: Record<string, string> = { like: 'liked', comment: 'commented on' };
      if (key === 'Escape') say(isOne ? 'One is left.' : \`\${left} are left.\`);
      fetch('/api/Some thing'); const look = 'flex items-center';`;
    expect(textsIn(script, 'some.ts')).toEqual(['liked', 'commented on', 'One is left.', '{0} are left.']);
  });
  test('has the forms of what is counted', () => {
    expect(sentencesIn(`count(people, 'person', 'people'); count(n, 'model')`, 'some.ts')).toMatchObject([
      { text: 'person', many: 'people' },
      { text: 'model', many: 'models' },
    ]);
  });
  test('is left alone where it is code, or said to be nothing to translate', () => {
    expect(textsIn('<code>Some code</code><b translate="no">Stellary</b>')).toEqual([]);
  });
});

describe('a translation', () => {
  test('moves what stands in the sentence to where its language has it', () => {
    const page = '<p>Read <a href="/terms">the terms</a> of {name({ is: \'Now or later\' })}.</p>';
    const says = {
      'Read <0>the terms</0> of {1}.': '{1}: <0>Bedingungen</0> & mehr',
      'Now or later': "Jetzt's",
    };
    expect(said(page, says)).toBe(
      "<p>{name({ is: 'Jetzt\\'s' })}: <a href=\"/terms\">Bedingungen</a> &amp; mehr</p>",
    );
  });
  test('is quoted as its place wants it', () => {
    expect(said('const a = `Up to ${max} € `;', { 'Up to {0} € ': '`{0}` ${hoch}' }, 'a.ts')).toBe(
      'const a = `\\`${max}\\` \\${hoch}`;',
    );
    expect(said('<Field label="Sample {n}" />', { 'Sample {0}': '"{0}" <b>' })).toBe(
      '<Field label="&quot;{n}&quot; &lt;b&gt;" />',
    );
    expect(said(`count(n, 'model')`, { model: ['wzór', 'wzory', 'wzorów'] }, 'a.ts')).toBe(
      `count(n, 'wzór', 'wzory', 'wzorów')`,
    );
    expect(said(`count(n, 'model')`, { model: '型' }, 'a.ts')).toBe(`count(n, '型', '型')`);
  });
  test('is refused where it lost what stands in the sentence', () => {
    expect(troubleWith('Read <0>it</0>, {1}', '{1}: <0>lies es</0>')).toBeNull();
    expect(troubleWith('Read <0>it</0>, {1}', 'Lies es, {1}')).not.toBeNull();
    expect(troubleWith('<0>a</0> <1>b</1>', '<0>a<1>b</0></1>')).not.toBeNull();
  });
  test('into a language that nobody speaks keeps all that is no word', () => {
    const piece = fc.constantFrom('{0}', '<1/>', '<2>', '</2>', ' model ', 'Earn, ', '· ', 'ß');
    fc.assert(
      fc.property(fc.array(piece), fc.constantFrom(...PSEUDO), (pieces, language) => {
        const text = pieces.join('');
        const marks = (of: string) => tokensOf(of).filter(({ is }) => is !== 'words');
        const pseudo = inPseudo(language, text, true);
        expect(marks(pseudo)).toEqual(marks(text));
        for (const token of tokensOf(pseudo))
          if (token.is === 'words') expect(token.words).not.toMatch(/[a-z]/i);
      }),
    );
    expect(inPseudo('en-XA', 'Every generation', false).length).toBeGreaterThanOrEqual(
      1.3 * 'Every generation'.length,
    );
  });
});
