// What is said of the chain. Amounts are base units (18 decimals), addresses and hashes lower-case.
import type { Hex } from 'viem';

export type Address = Hex;

export type Block = { number: bigint; hash: Hex; at: Date };

/** Where our contracts are. */
export type Deployment = {
  chain_id: bigint;
  token: Address;
  distributor: Address;
  /** The admin of the distributor: what it does was announced. */
  timelock: Address;
  /** No event of ours is older than this block. */
  deployed_at: bigint;
};

/** The same as somebody wrote it down. */
export type NamedDeployment = Pick<Deployment, 'chain_id' | 'deployed_at'> &
  Record<'token' | 'distributor' | 'timelock', string>;

export type Root = {
  epoch: bigint;
  root: Hex;
  /** SHA-256 of the published file of leaves. */
  manifest: Hex;
  total: bigint;
  /** Pending: from when it may be activated. Previous: until when its proofs are taken. Of a live one nothing. */
  eta: Date;
};

export type DistributorState = {
  live: Root | null;
  pending: Root | null;
  previous: Root | null;
  total_claimed: bigint;
  balance: bigint;
  reserved_total: bigint;
  reserved_until: Date;
  is_paused: boolean;
  delay_s: bigint;
  grace_s: bigint;
};

export type ChainEvent = {
  block_number: bigint;
  block_hash: Hex;
  log_index: number;
  tx_hash: Hex;
  at: Date;
} & (
  | { kind: 'deposited'; from: Address; amount: bigint }
  | { kind: 'root_proposed'; epoch: bigint; root: Hex; manifest: Hex; total: bigint; eta: Date }
  | { kind: 'root_vetoed'; epoch: bigint; root: Hex; by: Address }
  | { kind: 'root_activated' | 'root_corrected'; epoch: bigint; root: Hex; manifest: Hex; total: bigint }
  | { kind: 'claimed'; wallet: Address; to: Address; amount: bigint; cumulative: bigint; epoch: bigint }
  | { kind: 'reserved'; total: bigint; until: Date }
  | { kind: 'surplus_recovered'; to: Address; amount: bigint }
  | { kind: 'paused' | 'unpaused'; by: Address }
  | { kind: 'role_granted' | 'role_revoked'; role: Hex; account: Address; by: Address }
);

export type Claim = { wallet: string; cumulative: bigint; proof: readonly string[] };

/** A node took the transaction. Whether it did anything, the chain says later. */
export type Sent = { tx_hash: Hex };

export type Chain = {
  id: bigint;
  token: Address;
  distributor: Address;
  is_embedded: boolean;
  deployed_at: bigint;
  finalized(): Promise<Block>;
  latest(): Promise<Block>;
  blockAt(number: bigint): Promise<Block>;
  stateAt(block: bigint): Promise<DistributorState>;
  /** Zero of a wallet that never claimed. */
  claimedAt(block: bigint, wallets: readonly string[]): Promise<Map<string, bigint>>;
  /** Both ends count. In the order in which they happened. */
  eventsBetween(from: bigint, to: bigint): Promise<ChainEvent[]>;
  propose(root: { epoch: bigint; root: string; manifest: string; total: bigint }): Promise<Sent>;
  activate(): Promise<Sent>;
  veto(): Promise<Sent>;
  /** Pays for others' claims; the money goes to the wallets. `behind` what was sent before and is in no block yet. */
  relayClaims(claims: readonly Claim[], where?: { behind: boolean }): Promise<Sent>;
  /** Out of the treasury of the embedded chain. */
  deposit(amount: bigint): Promise<Sent>;
  /** Null while it is in no block. */
  outcomeOf(sent: Sent): Promise<{ succeeded: boolean; block_number: bigint } | null>;
  /** For the wallet that pays itself. */
  claimCall(claim: Claim): { to: Address; data: Hex; chain_id: bigint };
  /** A key, a contract that says yes (ERC-1271), or one that is not deployed yet (ERC-6492). */
  verifySignature(address: string, message: string, signature: string): Promise<boolean>;
  /** Embedded: what happened until now survives a power cut. Elsewhere that is not ours to see to. */
  checkpoint(): Promise<void>;
};
