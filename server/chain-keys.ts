import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { addressOf, newKey } from './chain/index.ts';
import { placeOnce } from './kit/key-files.ts';

const HOLDERS = ['treasury', 'publisher', 'guardian', 'relayer'] as const;
export type EmbeddedKeys = Record<(typeof HOLDERS)[number], string>;

/** Who acts on the embedded chain: made at the first start, known to nobody else. They lie beside the other keys. */
export async function embeddedChainKeys(keys_dir: string): Promise<EmbeddedKeys> {
  const keyOf = async (holder: (typeof HOLDERS)[number]) => {
    const file = path.join(keys_dir, 'chain', `${holder}.key`);
    await placeOnce(file, `${newKey()}\n`);
    return readChainKey(file);
  };
  const [treasury, publisher, guardian, relayer] = await Promise.all(HOLDERS.map(keyOf));
  return { treasury: treasury!, publisher: publisher!, guardian: guardian!, relayer: relayer! };
}

/** A file with one private key in it. Its text is in no error. */
export async function readChainKey(file: string): Promise<string> {
  const key = (await readFile(file, 'utf8')).trim();
  try {
    addressOf(key);
  } catch (error) {
    throw new Error(`${file}: ${error instanceof Error ? error.message : ''}`, { cause: error });
  }
  return key;
}
