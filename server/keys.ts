import { certificatesDir, readConfig } from './config.ts';
import { openCertificates, rotateCertificates } from './kit/certificate-folder.ts';
import { openSigner, rotateKeys } from './kit/signing.ts';
import { PRODUCT } from './product.ts';

/** `npm run keys -- list | rotate`: what this installation signs with. Running processes follow by themselves. */
const config = readConfig();
const { keys_dir } = config;
const certificates_dir = certificatesDir(config);
const say = (line: string) => void process.stdout.write(`${line}\n`);

const [what = 'list', ...more] = process.argv.slice(2);
if (more.length > 0 || (what !== 'list' && what !== 'rotate')) {
  process.stderr.write(`npm run keys -- list | rotate\n`);
  process.exitCode = 2;
} else {
  const signer = await openSigner(keys_dir);
  const certificates = await openCertificates(certificates_dir, PRODUCT);
  if (what === 'rotate') {
    say(`rotated; the new key is ${await rotateKeys(keys_dir)}`);
    say(`rotated; files are signed with ${await rotateCertificates(certificates_dir, PRODUCT)}`);
  } else {
    for (const [index, { kid }] of signer.jwks().keys.entries())
      say(`${index === 0 ? 'signs   ' : 'verifies'}  ${kid}`);
    const [own] = certificates.current().chain;
    if (own)
      say(`in files  ${own.fingerprint256}, until ${own.validTo}, of ${own.issuer.replaceAll('\n', ', ')}`);
  }
  say(`in ${keys_dir}`);
}
