import { StandardMerkleTree } from '@openzeppelin/merkle-tree';

/** One thing that was looked at: by which name, whether it is as it must be, and what was seen. */
export type Finding = { name: string; holds: boolean; detail: string };

/** What a manifest says. Nothing of it is true before the findings hold. */
export type Said = {
  chain_id: bigint;
  distributor: string;
  epoch: bigint;
  total: bigint;
  /** Every wallet of it, with what it was ever given. */
  given: ReadonlyMap<string, bigint>;
  /** The root that OpenZeppelin's library gives these leaves. */
  root: string;
  /** SHA-256 of the file. */
  digest: string;
};

/** `said` is null where nothing can be built of the file. */
export type Read = { findings: Finding[]; said: Said | null };

export const FORMAT = 'stellary-epoch/1';

const LEAF = ['uint256', 'address', 'address', 'uint256'];
const UINT64_MAX = 2n ** 64n - 1n;
const UINT128_MAX = 2n ** 128n - 1n;
/** As many digits as a number of 256 bits has; longer ones are no numbers here. */
const WHOLE = /^(0|[1-9]\d{0,77})$/;
const ADDRESS = /^0x[0-9a-f]{40}$/;
const ZERO_ADDRESS = `0x${'0'.repeat(40)}`;

type Line = { number: number; wallet: string; cumulative: string };

/** Reads a manifest with JSON and OpenZeppelin's library, and says by name whether each of its rules holds. */
export async function readEpoch(bytes: Uint8Array): Promise<Read> {
  const text = textOf(bytes);
  const [header_line = '', ...further] = text.split('\n');
  const is_ended = text.endsWith('\n');
  const rows = is_ended ? further.slice(0, -1) : further;
  const header = headerOf(header_line);
  const { lines, unread } = linesOf(rows);
  const { chain_id = '', distributor = '', epoch = '', leaves = '', total = '' } = header ?? {};

  const malformed = lines.filter(({ wallet }) => !ADDRESS.test(wallet));
  const impossible = lines.filter(({ cumulative }) => !isAmount(cumulative, UINT128_MAX));
  const amounts = lines.filter(({ cumulative }) => isAmount(cumulative, UINT128_MAX));
  const sum = amounts.reduce((all, { cumulative }) => all + BigInt(cumulative), 0n);
  const places = [chain_id, epoch].every((number) => isAmount(number, UINT64_MAX));
  const findings = [
    finding('text', is_ended && !text.includes('\r') && !text.includes('\ufffd'), TEXT),
    finding('header', header !== null && places && isPayable(distributor), header ? HEADER : NO_MANIFEST),
    finding(
      'lines',
      unread.length === 0,
      unread.length ? `no leaf: ${some(unread)}` : `${lines.length} leaves`,
    ),
    finding('addresses', malformed.length === 0, malformed.length ? offenders(malformed) : 'lower case'),
    finding(
      'amounts',
      impossible.length === 0,
      impossible.length ? offenders(impossible) : 'above 0, 128 bits',
    ),
    sorted(lines),
    once(lines),
    payable(lines, distributor),
    finding('count', leaves === String(rows.length), `${rows.length}, and the header says ${short(leaves)}`),
    finding(
      'total',
      total === String(sum) && sum <= UINT128_MAX,
      `${sum}, and the header says ${short(total)}`,
    ),
  ];

  const [is_text, is_headed, are_lines, are_addresses, are_amounts] = findings.map(({ holds }) => holds);
  const can_build = is_text && is_headed && are_lines && are_addresses && are_amounts && lines.length > 0;
  const digest = await sha256(bytes);
  if (!can_build)
    return { findings: [...findings, finding('root', false, 'nothing to build it of')], said: null };
  const root = StandardMerkleTree.of(
    lines.map(({ wallet, cumulative }) => [chain_id, distributor, wallet, cumulative]),
    LEAF,
  ).root;
  return {
    findings: [...findings, finding('root', true, root)],
    said: {
      ...{ chain_id: BigInt(chain_id), distributor, epoch: BigInt(epoch), total: sum, root, digest },
      given: new Map(lines.map(({ wallet, cumulative }) => [wallet, BigInt(cumulative)])),
    },
  };
}

export const finding = (name: string, holds: boolean, detail: string): Finding => ({ name, holds, detail });

/** The first of many, and how many more there are. */
export function some(all: readonly string[]): string {
  const more = all.length - SHOWN;
  return all.slice(0, SHOWN).join(', ') + (more > 0 ? ` and ${more} more` : '');
}
const SHOWN = 3;

const TEXT = 'UTF-8, each line ended by a line feed alone';
const NO_MANIFEST = 'this is no manifest: its first line is not that of one';
const HEADER = 'the first line in canonical JSON: chain, distributor, epoch, format, leaves, total';

function headerOf(line: string) {
  const { chain_id, distributor, epoch, leaves, total } = fieldsOf(line);
  const header = { chain_id, distributor, epoch, format: FORMAT, leaves, total };
  return JSON.stringify(header) === line ? { chain_id, distributor, epoch, leaves, total } : null;
}

function linesOf(rows: readonly string[]): { lines: Line[]; unread: string[] } {
  const lines: Line[] = [];
  const unread: string[] = [];
  for (const [index, row] of rows.entries()) {
    const { cumulative, wallet } = fieldsOf(row);
    const number = index + 2;
    if (cumulative !== undefined && wallet !== undefined && JSON.stringify({ cumulative, wallet }) === row)
      lines.push({ number, wallet, cumulative });
    else unread.push(`line ${number}`);
  }
  return { lines, unread };
}

/** The texts that stand in a line of JSON; nothing where it is none. */
function fieldsOf(line: string): Record<string, string | undefined> {
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return {};
    return Object.fromEntries(Object.entries(value).filter(([, field]) => typeof field === 'string'));
  } catch {
    return {};
  }
}

function sorted(lines: readonly Line[]): Finding {
  const before = lines.filter(({ wallet }, index) => index > 0 && wallet < (lines[index - 1]?.wallet ?? ''));
  return finding('sorted', before.length === 0, before.length ? offenders(before) : 'by wallet');
}

function once(lines: readonly Line[]): Finding {
  const seen = new Set<string>();
  const again = lines.filter(({ wallet }) => seen.size === seen.add(wallet.toLowerCase()).size);
  return finding('once', again.length === 0, again.length ? offenders(again) : 'no wallet twice');
}

function payable(lines: readonly Line[], distributor: string): Finding {
  const wrong = lines.filter(({ wallet }) => wallet === ZERO_ADDRESS || wallet === distributor);
  const detail = wrong.length ? offenders(wrong) : 'not the zero address, not the distributor';
  return finding('payable', wrong.length === 0, detail);
}

const isPayable = (address: string): boolean => ADDRESS.test(address) && address !== ZERO_ADDRESS;

const isAmount = (text: string, max: bigint): boolean =>
  WHOLE.test(text) && BigInt(text) > 0n && BigInt(text) <= max;

const offenders = (lines: readonly Line[]): string =>
  some(lines.map(({ number, wallet }) => `line ${number} (${short(wallet)})`));

/** What a stranger wrote, as it may be shown: it could hold a line of its own that says that all is well. */
const short = (text: string): string =>
  text.slice(0, SHOWN_CHARS).replaceAll(/[^\w.+-]/g, '?') + (text.length > SHOWN_CHARS ? '…' : '');
const SHOWN_CHARS = 60;

/** What is no UTF-8 comes out as a sign of its own, which no manifest has. */
const textOf = (bytes: Uint8Array): string => new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);

async function sha256(bytes: Uint8Array): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', Uint8Array.from(bytes));
  return `0x${Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('')}`;
}
