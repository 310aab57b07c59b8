import { flushCompileCache } from 'node:module';
import { boot } from '../../server/boot.ts';
import { readConfig } from '../../server/config.ts';
import { asAsked, later, scriptedEngine } from '../scripted-engine.ts';

/** The product as `server/main.ts` starts it, but for the engine: a picture at once, so that the rest is what is at work. */
const RUN_MS = 60;

const running = await boot(readConfig(), { engine: scriptedEngine(later(RUN_MS, asAsked)) });
// it is not always let go cleanly, which is when Node would write it
flushCompileCache();
process.on('SIGTERM', () => void running.stop().then(() => process.exit(0)));
