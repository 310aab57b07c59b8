import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { present } from './assert.ts';
import { type Issued, issueUnder, makeRoot, type Subject } from './certificates.ts';
import { numberedFiles, numberedName, placeOnce, replaceDurably } from './key-files.ts';
import { codeOf } from './system-error.ts';

/**
 * The certificates that files are signed with, beside the other keys and never in the database. `root.pem` is
 * this installation's own authority: certificate and key. `000001.pem` and on are what signs: the chain, the
 * certificate of the key first, and the key; the highest number that has one signs. A chain that was bought is put
 * there under the next number.
 */
export type Certificates = {
  current(): Credential;
  /** The roots that make a signature ours, as PEM: our own, and where each chain ends that was put here. */
  anchors(): string;
};

export type Credential = { chain: readonly X509Certificate[]; key: KeyObject };

type Stored = { chain: X509Certificate[]; key: KeyObject | null };

const YEAR_MS = 365 * 24 * 3600 * 1000;
/**
 * Without a time stamp of somebody else a signature is good for as long as its certificate is: what is signed
 * today shall not fail next year.
 */
const VALID_MS = 20 * YEAR_MS;
/** Clocks of others may be behind ours. */
const EARLIER_MS = 24 * 3600 * 1000;
/** Another process may have made a newer one: the folder is looked at again after this long. */
const LOOK_AGAIN_MS = 1_000;
const ROOT = 'root.pem';

/** Opens the certificates of a folder; makes a root and the first one, whichever process comes first. */
export async function openCertificates(folder: string, organisation: string): Promise<Certificates> {
  const root = await openRoot(folder, organisation);
  if (namesOf(folder).length === 0) await issue(folder, root, organisation, 1);
  const read = reader(folder);
  return {
    current() {
      const found = read().findLast(({ key }) => key !== null);
      return {
        chain: present(found?.chain, `a chain with a key in ${folder}`),
        key: present(found?.key, 'a key'),
      };
    },
    anchors() {
      const ends = read().flatMap(({ chain }) => chain.slice(1).at(-1) ?? []);
      return [...new Set([root.certificate, ...ends].map((certificate) => certificate.toString()))].join('');
    },
  };
}

/** Issues a new certificate, and forgets the keys of those before it. Answers its fingerprint. */
export async function rotateCertificates(folder: string, organisation: string): Promise<string> {
  const before = namesOf(folder);
  const root = await openRoot(folder, organisation);
  const made = await issue(folder, root, organisation, Number.parseInt(before.at(-1) ?? '0', 10) + 1);
  for (const name of before) {
    const { chain, key } = readStored(path.join(folder, name));
    if (key) await replaceDurably(path.join(folder, name), chain.map(String).join(''));
  }
  return made.fingerprint256;
}

// --- Files -----------------------------------------------------------------------------------------------------

const namesOf = (folder: string) => numberedFiles(folder, 'pem');

const subject = (organisation: string, what: string): Subject => ({
  organisation,
  name: `${organisation} ${what}`,
});

async function openRoot(folder: string, organisation: string): Promise<Issued> {
  const file = path.join(folder, ROOT);
  const there = readIfThere(file);
  if (there) return asIssued(there, file);
  const from = new Date(Date.now() - EARLIER_MS);
  const made = makeRoot(subject(organisation, 'root'), from, new Date(Date.now() + VALID_MS));
  if (await placeOnce(file, textOf(made))) return made;
  return asIssued(readStored(file), file);
}

const asIssued = ({ chain, key }: Stored, file: string): Issued => ({
  certificate: present(chain[0], `a certificate in ${file}`),
  key: present(key, `a key in ${file}`),
});

async function issue(
  folder: string,
  root: Issued,
  organisation: string,
  number: number,
): Promise<X509Certificate> {
  const from = new Date(Date.now() - EARLIER_MS);
  const made = issueUnder(root, subject(organisation, 'generations'), from);
  const file = path.join(folder, numberedName(number, 'pem'));
  if (await placeOnce(file, textOf(made))) return made.certificate;
  return present(readStored(file).chain[0], `a certificate in ${file}`);
}

const textOf = ({ certificate, key }: Issued): string =>
  `${certificate.toString()}${String(key.export({ format: 'pem', type: 'pkcs8' }))}`;

const BLOCK = /-----BEGIN ([A-Z0-9 ]+)-----[^-]+-----END \1-----\n?/g;

function readStored(file: string): Stored {
  const blocks = [...readFileSync(file, 'utf8').matchAll(BLOCK)].map(([text, kind]) => ({ text, kind }));
  const chain = blocks
    .filter(({ kind }) => kind === 'CERTIFICATE')
    .map(({ text }) => new X509Certificate(text));
  const key = blocks.find(({ kind }) => kind?.endsWith('PRIVATE KEY'));
  const stored = { chain, key: key ? createPrivateKey(key.text) : null };
  const own = present(chain[0], `a certificate in ${file}`);
  if (stored.key && !own.checkPrivateKey(stored.key))
    throw new Error(`the key in ${file} is of another certificate`);
  return stored;
}

function readIfThere(file: string): Stored | null {
  try {
    return readStored(file);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    throw error;
  }
}

/** Oldest first. The folder is read again when a moment has passed: an old file loses its key when a new one comes. */
function reader(folder: string): () => readonly Stored[] {
  let looked = Number.NEGATIVE_INFINITY;
  let names: string[] = [];
  let found: readonly Stored[] = [];
  return () => {
    if (performance.now() - looked < LOOK_AGAIN_MS) return found;
    looked = performance.now();
    const now = namesOf(folder);
    if (now.join() !== names.join()) found = now.map((name) => readStored(path.join(folder, name)));
    names = now;
    return found;
  };
}
