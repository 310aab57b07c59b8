import { startPullWorker } from '../../server/worker/pull-worker.ts';
import { asAsked, later, scriptedEngine } from '../scripted-engine.ts';

/** The worker as `server/worker/main.ts` starts it, but for the engine, which is that of the scripted product. */
const [url = '', token = '', data_dir = ''] = process.argv.slice(2);

const running = await startPullWorker({
  ...{
    url,
    token,
    data_dir,
    pools: ['embedded'],
    slots: 3,
    features: [],
    vram_gib: null,
    log_level: 'silent',
  },
  engine: scriptedEngine(later(60, asAsked)),
});
process.on('SIGTERM', () => void running.stop().then(() => process.exit(0)));
