import fs from 'node:fs';
import { filesUnder, fingerprint, isUnchanged, writeStamp } from './digest.ts';
import { inRoot, inRuntime } from './paths.ts';
import { once, runTool, step } from './steps.ts';

const SOURCES = ['web', 'api', 'packages', 'package-lock.json'];
const STAMP = inRuntime('web-build.json');
const OUTPUT = inRoot('web/build/handler.js');

/** The web pages; the server's own files run as they are. */
export async function build(): Promise<void> {
  if (!fs.existsSync(inRoot('web/vite.config.ts'))) return;
  const isBuilt = () => fs.existsSync(OUTPUT) && isUnchanged(STAMP, filesUnder(SOURCES));
  await once('web-build', isBuilt, () =>
    step('building the web pages', async () => {
      const sources = fingerprint(filesUnder(SOURCES)); // taken before, so that an edit during the build is seen
      fs.rmSync(STAMP, { force: true });
      await runTool('vite/bin/vite.js', ['build', '--config', 'vite.config.ts', '--logLevel', 'warn'], {
        cwd: inRoot('web'),
        env: { NODE_ENV: 'production' },
        quiet: true,
      });
      writeStamp(STAMP, sources);
    }),
  );
}
