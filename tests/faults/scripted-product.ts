import { boot } from '../../server/boot.ts';
import { readConfig } from '../../server/config.ts';
import { scriptedEngine, succeedsAfter } from '../scripted-engine.ts';

/** The product as `server/main.ts` starts it, but for the engine: a picture at once, so that the rest is what is at work. */
const RUN_MS = 60;

const running = await boot(readConfig(), { engine: scriptedEngine(succeedsAfter(RUN_MS)) });
process.on('SIGTERM', () => void running.stop().then(() => process.exit(0)));
