import type { Root } from '../chain/index.ts';
import type { EpochState } from '../modules/rewards/index.ts';

/** An epoch whose leaves are frozen, as the contract knows it. Amounts are base units. */
export type WantedRoot = Pick<Root, 'epoch' | 'root' | 'manifest' | 'total'>;

/** What the books want of the chain. */
export type Desired = {
  under_way: (WantedRoot & { state: EpochState }) | null;
  /** Live, as finalized blocks say. */
  live: WantedRoot | null;
  /** Roots that were cut and voided; one may still come to the chain, by a transaction that hung. */
  voided: readonly WantedRoot[];
  /** Whether it has been long enough that no transaction from before the voiding is under way any more. */
  may_void: boolean;
};

/** What the newest block says, which may be taken back. */
export type Observed = {
  at: Date;
  live: Root | null;
  pending: Root | null;
  is_paused: boolean;
  /** Roots that were vetoed in blocks that are not in the books yet. */
  vetoed: ReadonlySet<string>;
};

export type NextStep =
  | { do: 'wait'; why: string }
  | { do: 'propose'; root: WantedRoot }
  | { do: 'activate' | 'void'; epoch: bigint }
  | { do: 'veto'; root: Root; why: string }
  | { do: 'halt'; code: 'ROOT_PENDING_FOREIGN' | 'ROOT_LIVE_FOREIGN'; root: Root };

/**
 * The one thing to do next so that the chain becomes what the books want. It knows nothing of what was sent before:
 * whatever was lost, came twice or came late, the chain is as it is, and is looked at again.
 */
export function nextStep(desired: Desired, observed: Observed): NextStep {
  const { under_way, live, voided } = desired;
  const { live: seen, pending } = observed;
  if (isOlder(seen, live)) return wait('the node is behind the books');
  if (seen && !isSameRoot(seen, live)) {
    if (!isSameRoot(seen, under_way)) return { do: 'halt', code: 'ROOT_LIVE_FOREIGN', root: seen };
    if (pending && !voided.some((epoch) => isSameRoot(pending, epoch)))
      return { do: 'halt', code: 'ROOT_PENDING_FOREIGN', root: pending };
    return wait('live, and not final yet');
  }
  return pending ? withPending(desired, observed, pending) : withNothing(desired, observed);
}

function withPending({ under_way, voided }: Desired, observed: Observed, pending: Root): NextStep {
  if (under_way && isSameRoot(pending, under_way)) {
    switch (under_way.state) {
      case 'cut':
      case 'proposed':
        if (observed.is_paused) return wait('everything is paused');
        // by the time of blocks: the chain may rest, and a node may be behind
        if (observed.at < pending.eta) return wait('it waits out its delay');
        return { do: 'activate', epoch: pending.epoch };
      case 'vetoed':
        return { do: 'veto', root: pending, why: 'it was vetoed, and came once more' };
      default:
        return { do: 'veto', root: pending, why: 'it is to be voided' };
    }
  }
  if (voided.some((one) => isSameRoot(pending, one)))
    return { do: 'veto', root: pending, why: 'it was voided, and came late' };
  return { do: 'halt', code: 'ROOT_PENDING_FOREIGN', root: pending };
}

function withNothing({ under_way, may_void }: Desired, observed: Observed): NextStep {
  switch (under_way?.state) {
    case 'cut': {
      if (observed.is_paused) return wait('everything is paused');
      // a veto that is not final yet must not be undone by proposing again
      if (observed.vetoed.has(under_way.root)) return wait('vetoed, and not final yet');
      const { epoch, root, manifest, total } = under_way;
      return { do: 'propose', root: { epoch, root, manifest, total } };
    }
    case 'voiding':
      return may_void
        ? { do: 'void', epoch: under_way.epoch }
        : wait('a transaction from before may be under way');
    case 'proposed':
      return wait('no longer pending, and not final yet');
    case 'vetoed':
      return wait('vetoed: a person decides');
    default:
      return wait('nothing to publish');
  }
}

const wait = (why: string): NextStep => ({ do: 'wait', why });

const isOlder = (seen: Root | null, live: WantedRoot | null) =>
  live !== null && (seen === null || seen.epoch < live.epoch);

export const isSameRoot = (one: WantedRoot | null, other: WantedRoot | null): boolean =>
  one === null || other === null
    ? one === other
    : one.epoch === other.epoch &&
      one.root === other.root &&
      one.manifest === other.manifest &&
      one.total === other.total;
