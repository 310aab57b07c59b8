import { sha256, toHex } from './hashes.ts';
import { demandEpoch, demandPlace, inOrder, type Leaf, type Place } from './leaves.ts';
import { demand, ImpossibleEpoch } from './refusals.ts';

/** What an epoch is published as: whoever has it builds the tree and claims, also when nobody serves proofs any more. */
export type Manifest = { place: Place; epoch: bigint; leaves: readonly Leaf[]; total: bigint };

export const MANIFEST_FORMAT = 'stellary-epoch/1';

const LINES_AT_ONCE = 10_000;

/**
 * The one text of an epoch: lines of canonical JSON (RFC 8785), the first of the whole and one for each wallet, in their
 * order, each ended by a line feed. Its digest stands on the chain beside the root.
 */
export function writeManifest({ place, epoch, leaves: given }: Omit<Manifest, 'total'>): Uint8Array {
  demandEpoch(epoch);
  const { leaves, total } = inOrder(place, given);
  const encoder = new TextEncoder();
  const pieces = [encoder.encode(headerLine({ place, epoch, leaves: leaves.length, total }))];
  for (let from = 0; from < leaves.length; from += LINES_AT_ONCE)
    pieces.push(
      encoder.encode(
        leaves
          .slice(from, from + LINES_AT_ONCE)
          .map(leafLine)
          .join(''),
      ),
    );
  return joined(pieces);
}

/** Reads a manifest and refuses by name whatever is not what `writeManifest` would have written. */
export function readManifest(bytes: Uint8Array): Manifest {
  const text = textOf(bytes);
  demand(!text.includes('\r') && text.endsWith('\n'), 'MANIFEST_LINE_ENDS');
  let end = text.indexOf('\n');
  const header = readHeader(text.slice(0, end));

  const leaves: Leaf[] = [];
  let before = '';
  while (end + 1 < text.length) {
    const from = end + 1;
    end = text.indexOf('\n', from);
    const leaf = readLeaf(text.slice(from, end), leaves.length + 2);
    demand(leaf.wallet !== before, 'DUPLICATE_WALLET', leaf.wallet);
    demand(leaf.wallet > before, 'MANIFEST_NOT_SORTED', leaf.wallet);
    before = leaf.wallet;
    leaves.push(leaf);
  }
  demand(String(leaves.length) === header.leaves, 'MANIFEST_COUNT_DIFFERS', String(leaves.length));
  const { total } = inOrder(header.place, leaves);
  demand(String(total) === header.total, 'MANIFEST_TOTAL_DIFFERS', String(total));
  return { place: header.place, epoch: header.epoch, leaves, total };
}

/** SHA-256 of every byte: what the contract has as `manifest`. */
export const manifestDigest = (bytes: Uint8Array): string => toHex(sha256(bytes));

type Header = { place: Place; epoch: bigint; leaves: number; total: bigint };

const headerLine = ({ place, epoch, leaves, total }: Header): string =>
  `{"chain_id":"${place.chain_id}","distributor":"${place.distributor}","epoch":"${epoch}","format":"${MANIFEST_FORMAT}","leaves":"${leaves}","total":"${total}"}\n`;

const leafLine = ({ wallet, cumulative }: Leaf): string =>
  `{"cumulative":"${cumulative}","wallet":"${wallet}"}\n`;

// A number of 78 digits is beyond any that is allowed; longer ones are not even read.
const WHOLE = String.raw`(0|[1-9]\d{0,77})`;
const ADDRESS = '(0x[0-9a-fA-F]{40})';
const HEADER = new RegExp(
  `^{"chain_id":"${WHOLE}","distributor":"${ADDRESS}","epoch":"${WHOLE}","format":"${MANIFEST_FORMAT}","leaves":"${WHOLE}","total":"${WHOLE}"}$`,
);
const LEAF = new RegExp(`^{"cumulative":"${WHOLE}","wallet":"${ADDRESS}"}$`);

function readHeader(line: string) {
  const [, chain_id, distributor, epoch, leaves, total] = HEADER.exec(line) ?? [];
  demand(distributor !== undefined, 'MANIFEST_HEADER');
  const place = { chain_id: BigInt(chain_id ?? ''), distributor };
  const header = { place, epoch: BigInt(epoch ?? ''), leaves, total };
  demandPlace(header.place);
  demandEpoch(header.epoch);
  return header;
}

function readLeaf(line: string, number: number): Leaf {
  const [, cumulative, wallet] = LEAF.exec(line) ?? [];
  demand(cumulative !== undefined && wallet !== undefined, 'MANIFEST_LINE', `line ${number}`);
  return { wallet, cumulative: BigInt(cumulative) };
}

function textOf(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new ImpossibleEpoch('MANIFEST_NOT_TEXT');
  }
}

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(pieces.reduce((length, piece) => length + piece.length, 0));
  let offset = 0;
  for (const piece of pieces) {
    bytes.set(piece, offset);
    offset += piece.length;
  }
  return bytes;
}
