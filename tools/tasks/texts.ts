import fs from 'node:fs';
import { messages, TEMPLATE, templateOf } from '../../web/texts/catalogue.ts';
import { readLanguage, renewed, translated, writeLanguage } from '../../web/texts/languages.ts';
import { isPseudo } from '../../web/texts/pseudo.ts';
import { say, StepFailed } from './steps.ts';

/** Takes every sentence out of the pages into the catalogues; with the name of a language, begins one. */
export function writeTexts(begun: string[]): void {
  const languages = [...new Set([...translated(), ...begun.map(languageOf)])];
  const all = messages();
  fs.writeFileSync(TEMPLATE, templateOf(all));
  say(`${all.length} sentences`);
  const troubles: string[] = [];
  for (const language of languages) {
    const file = renewed(language, all, readLanguage(language));
    writeLanguage(language, file.text);
    troubles.push(...file.troubles);
    say(`${language}: ${file.untranslated} without a translation, ${file.gone} of before are said no more`);
  }
  if (troubles.length > 0) throw new StepFailed(troubles.join('\n'));
}

/** "PT-br" -> "pt-BR" */
function languageOf(name: string): string {
  const [language] = canonical(name);
  if (!language || language === 'en' || isPseudo(language))
    throw new StepFailed(`"${name}" is no language to translate into: give its tag, such as de or pt-BR`);
  return language;
}

function canonical(name: string): string[] {
  try {
    return Intl.getCanonicalLocales(name);
  } catch {
    return [];
  }
}
