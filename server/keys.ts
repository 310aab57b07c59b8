import { readConfig } from './config.ts';
import { openSigner, rotateKeys } from './kit/signing.ts';

/** `npm run keys -- list | rotate`: the keys that this installation signs with. Running processes follow by themselves. */
const { keys_dir } = readConfig();
const say = (line: string) => void process.stdout.write(`${line}\n`);

const [what = 'list', ...more] = process.argv.slice(2);
if (more.length > 0 || (what !== 'list' && what !== 'rotate')) {
  process.stderr.write(`npm run keys -- list | rotate\n`);
  process.exitCode = 2;
} else {
  const signer = await openSigner(keys_dir);
  if (what === 'rotate') say(`rotated; the new key is ${await rotateKeys(keys_dir)}`);
  else
    for (const [index, { kid }] of signer.jwks().keys.entries())
      say(`${index === 0 ? 'signs   ' : 'verifies'}  ${kid}`);
  say(`in ${keys_dir}`);
}
