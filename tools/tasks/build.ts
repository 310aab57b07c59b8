import fs from 'node:fs';
import path from 'node:path';
import { filesUnder, fingerprint, isUnchanged, writeStamp } from './digest.ts';
import { inRoot, inRuntime } from './paths.ts';
import { once, runTool, step } from './steps.ts';

const SOURCES = ['web', 'api', 'packages', 'package-lock.json'];

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
  await buildPages(`building the web pages in ${language}`, `web-build-${language}`, out, [
    '--mode',
    `in-${language}`,
  ]);
}

async function buildPages(name: string, stamp: string, out: string, mode: string[] = []) {
  const stampFile = inRuntime(`${stamp}.json`);
  const isBuilt = () =>
    fs.existsSync(path.join(out, 'handler.js')) && isUnchanged(stampFile, filesUnder(SOURCES));
  await once(stamp, isBuilt, () =>
    step(name, async () => {
      const sources = fingerprint(filesUnder(SOURCES)); // taken before, so that an edit during the build is seen
      fs.rmSync(stampFile, { force: true });
      await runTool(
        'vite/bin/vite.js',
        ['build', '--config', 'vite.config.ts', '--logLevel', 'warn', ...mode],
        {
          cwd: inRoot('web'),
          env: { NODE_ENV: 'production' },
          quiet: true,
        },
      );
      writeStamp(stampFile, sources);
    }),
  );
}
