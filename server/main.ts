import { boot } from './boot.ts';
import { readConfig } from './config.ts';
import { adminClaimLink } from './flows/first-data.ts';

/** What `npm start` runs: the environment's configuration, until a signal. */
const started = performance.now();
const say = (line: string) => void process.stderr.write(`[start] ${line}\n`);

const config = readConfig();
const { context, stop } = await boot(config, { say }).catch((error: unknown) => {
  say(error instanceof Error ? error.message : String(error));
  process.exit(1);
});

const claim = await adminClaimLink(context);
say(`ready in ${((performance.now() - started) / 1000).toFixed(1)} s`);
process.stdout.write(`\n  StellaryAI Model Creators Program\n  ${context.origins.public}\n`);
if (claim) process.stdout.write(`\n  First admin (one-time link):\n  ${claim}\n`);
process.stdout.write('\n');

let leaving = false;
function leave(signal: NodeJS.Signals): void {
  if (leaving) process.exit(130); // asked twice: the second time at once
  leaving = true;
  say(`${signal}: leaving`);
  stop().then(
    () => process.exit(0),
    (error: unknown) => {
      context.log.error({ err: error }, 'left uncleanly');
      process.exit(1);
    },
  );
}
process.on('SIGINT', leave).on('SIGTERM', leave).on('SIGHUP', leave);
