import { knownAlike } from '../../views/provenance.ts';
import { os } from '../base.ts';

export const createFingerprintLookup = os.provenance.createFingerprintLookup.handler(
  async ({ input, context: { context, caller } }) => {
    const prints = {
      pictures: input.pictures.map((print) => new Uint8Array(Buffer.from(print, 'base64'))),
      sounds: input.sounds.map(piecesOf),
    };
    return { alike: await knownAlike(context, prints, caller.account?.id ?? null) };
  },
);

function piecesOf(print: string): Int32Array {
  const bytes = Buffer.from(print, 'base64');
  return Int32Array.from({ length: bytes.length >> 2 }, (_, at) => bytes.readInt32LE(at * 4));
}
