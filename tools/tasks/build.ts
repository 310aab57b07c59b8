import fs from 'node:fs';
import path from 'node:path';
import { filesUnder, fingerprint, isUnchanged, writeStamp } from './digest.ts';
import { inRoot, inRuntime } from './paths.ts';
import { once, runTool, step } from './steps.ts';

const SOURCES = ['web', 'api', 'packages', 'package-lock.json'];
/** Another language has the sentences of the server too. */
const TOLD_SOURCES = [...SOURCES, 'server/views', 'server/flows'];

/** The web pages, in each language that they were translated into; the server's own files run as they are. */
export async function build(): Promise<void> {
  if (!fs.existsSync(inRoot('web/vite.config.ts'))) return;
  await buildPages('building the web pages', 'web-build', inRoot('web/build'));
  const translations = fs.readdirSync(inRoot('web/texts')).filter((name) => name.endsWith('.po'));
  for (const translation of translations) await buildIn(path.basename(translation, '.po'));
}

/** The same pages in another language, or in one that nobody speaks. */
export async function buildIn(language: string): Promise<void> {
  const out = inRuntime(`languages/${language}`);
  await buildPages(`building the web pages in ${language}`, `web-build-${language}`, out, language);
}

async function buildPages(name: string, stamp: string, out: string, language: string | null = null) {
  const read = language === null ? SOURCES : TOLD_SOURCES;
  const stampFile = inRuntime(`${stamp}.json`);
  const isBuilt = () =>
    fs.existsSync(path.join(out, 'handler.js')) && isUnchanged(stampFile, filesUnder(read));
  await once(stamp, isBuilt, () =>
    step(name, async () => {
      const sources = fingerprint(filesUnder(read)); // taken before, so that an edit during the build is seen
      fs.rmSync(stampFile, { force: true });
      const mode = language === null ? [] : ['--mode', `in-${language}`];
      await runVite('vite.config.ts', mode);
      // after the pages, which empty their folder
      if (language !== null) await runVite('letters.config.ts', mode);
      writeStamp(stampFile, sources);
    }),
  );
}

const runVite = (config: string, mode: string[]) =>
  runTool('vite/bin/vite.js', ['build', '--config', config, '--logLevel', 'warn', ...mode], {
    cwd: inRoot('web'),
    env: { NODE_ENV: 'production' },
    quiet: true,
  });
