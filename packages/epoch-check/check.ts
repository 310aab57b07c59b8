import { chainIdOf, type OnChain, readDistributor, type Root } from './chain.ts';
import { type Finding, finding, readEpoch, type Said, some } from './read.ts';

/** What the epoch is held against; without it that is not looked at, and named in `not_checked`. */
export type Against = {
  /** The manifest of the epoch before. */
  previous?: Uint8Array;
  /** The root that somebody has from the chain. */
  root?: string;
  /** The contract that somebody knows to be the one. */
  distributor?: string;
  /** The address of a node. It is asked about `distributor`. */
  rpc?: string;
};

export type Report = {
  findings: Finding[];
  not_checked: string[];
  said: Omit<Said, 'given'> | null;
};

/** Everything that can be said of an epoch before anybody is paid by it. Throws NodeSilent where the node gives no answer. */
export async function checkEpoch(manifest: Uint8Array, against: Against = {}): Promise<Report> {
  const { findings, said } = await readEpoch(manifest);
  if (!said) return { findings, not_checked: [], said: null };
  const before = against.previous && (await readEpoch(against.previous));
  const { given: _, ...summary } = said;
  return {
    findings: [
      ...findings,
      ...(before ? growth(said, before) : []),
      ...place(said, against),
      ...(await standing(said, before?.said ?? null, against)),
    ],
    not_checked: notChecked(said, against),
    said: summary,
  };
}

/** What was given is never taken back: the wallet may have claimed it. */
function growth(said: Said, { said: before, findings }: Awaited<ReturnType<typeof readEpoch>>): Finding[] {
  const broken = findings.filter(({ holds }) => !holds).map(({ name }) => name);
  const previous = finding('previous', broken.length === 0, broken.join(', ') || 'a manifest itself');
  if (!before) return [previous];
  const missing = [...before.given.keys()].filter((wallet) => !said.given.has(wallet));
  const shrunk = [...before.given].filter(([wallet, given]) => (said.given.get(wallet) ?? given) < given);
  const is_same = said.chain_id === before.chain_id && said.distributor === before.distributor;
  return [
    previous,
    finding('same_place', is_same, `chain ${before.chain_id}, ${before.distributor}`),
    finding('next_epoch', said.epoch === before.epoch + 1n, `${said.epoch} follows ${before.epoch}`),
    finding('kept', missing.length === 0, some(missing) || `${before.given.size} wallets`),
    finding('not_shrunk', shrunk.length === 0, some(shrunk.map(([wallet]) => wallet)) || 'no wallet lost'),
  ];
}

function place(said: Said, { root, distributor }: Against): Finding[] {
  return [
    ...(root === undefined
      ? []
      : [finding('given_root', said.root === root.toLowerCase(), `${root} was given`)]),
    ...(distributor === undefined
      ? []
      : [finding('distributor', said.distributor === distributor.toLowerCase(), `${distributor} was given`)]),
  ];
}

async function standing(said: Said, before: Said | null, { rpc, distributor }: Against): Promise<Finding[]> {
  if (rpc === undefined || distributor === undefined) return [];
  const chain_id = await chainIdOf(rpc);
  const chain = finding('chain_id', chain_id === said.chain_id, `the node is of chain ${chain_id}`);
  if (!chain.holds) return [chain];
  const on_chain = await readDistributor(rpc, distributor.toLowerCase());
  if (!on_chain) return [chain, finding('contract', false, `no distributor lies at ${distributor}`)];
  return [
    chain,
    finding('contract', true, `read at block ${on_chain.block}`),
    ...published(said, before, on_chain),
  ];
}

function published(said: Said, before: Said | null, on_chain: OnChain): Finding[] {
  const { live, pending, previous, total_claimed, balance } = on_chain;
  const places = { pending, live, previous };
  const [where, at] = Object.entries(places).find(([, { epoch }]) => epoch === said.epoch) ?? [];
  const has = `live is epoch ${live.epoch}, pending ${pending.epoch || 'none'}`;
  const funded = finding(
    'funded',
    ...isFunded([live.total, pending.total, said.total], total_claimed + balance),
  );
  if (!at) return [finding('on_chain', false, has), funded];
  return [
    finding(
      'on_chain',
      true,
      where === 'pending' ? `pending until ${instant(at)}; ${has}` : `${where}; ${has}`,
    ),
    finding('chain_root', at.root === said.root, `${at.root}, and the file gives ${said.root}`),
    finding('chain_manifest', at.manifest === said.digest, `${at.manifest}, and the file has ${said.digest}`),
    finding('chain_total', at.total === said.total, `${at.total}, and the file has ${said.total}`),
    ...follows(where, before, on_chain),
    funded,
  ];
}

/** Whether what it grew from is what the chain had before; the contract forgets that when a root is corrected. */
function follows(where: string | undefined, before: Said | null, { live, previous }: OnChain): Finding[] {
  const at = where === 'pending' ? live : previous;
  if (!before || (where !== 'pending' && (where !== 'live' || at.epoch !== before.epoch))) return [];
  return [finding('chain_previous', at.root === before.root && at.manifest === before.digest, at.root)];
}

/** What was ever promised must lie there, or have been claimed. */
function isFunded(totals: readonly bigint[], has: bigint): [boolean, string] {
  const promised = totals.reduce((most, total) => (total > most ? total : most), 0n);
  return [has >= promised, `${promised} promised, ${has} paid in`];
}

const instant = ({ eta }: Root): string => new Date(Number(eta) * 1_000).toISOString();

function notChecked({ epoch }: Said, { previous, root, rpc }: Against): string[] {
  return [
    ...(root === undefined && rpc === undefined
      ? ['whether the chain has this root: pass --rpc or --root']
      : []),
    ...(previous === undefined && epoch > 1n ? ['whether a leaf shrank: pass --previous'] : []),
  ];
}
