// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {RewardDistributor} from "../src/RewardDistributor.sol";
import {StelaiToken} from "../src/StelaiToken.sol";
import {Tree, vm} from "./Tools.sol";

/// Everything that anybody may do, in any order. A breach is counted here and asserted in the invariants: the runner
/// swallows what reverts in here, so a `require` would find nothing.
contract Handler {
    uint256 public constant WALLETS = 5;
    uint64 constant DELAY = 60;
    uint64 constant GRACE = 30;

    StelaiToken public immutable token;
    RewardDistributor public immutable distributor;
    address[WALLETS] public wallets;

    /// What the books say each has earned, and what of it stands in which root.
    uint256[WALLETS] private earned;
    uint256[WALLETS] private inPending;
    uint256[WALLETS] private inLive;
    uint256[WALLETS] private inPrevious;
    bytes32[] private pendingTree;
    bytes32[] private liveTree;
    bytes32[] private previousTree;
    uint256 private previousUntil;
    uint256 private pendingFrom;

    /// The most that a live root ever said of each, and the last that was seen of what must not fall.
    uint256[WALLETS] public most;
    uint256[WALLETS] private lastClaimed;
    uint256 private lastTotal;
    uint256 private reservedTotal;
    uint256 private reservedUntil;

    uint256 public funded;
    uint256 public recovered;
    uint256 public paid;

    // What was reached.
    uint256 public epochs;
    uint256 public claims;
    uint256 public topUps;
    uint256 public claimsOfPrevious;
    uint256 public batches;
    uint256 public forgeries;
    uint256 public secondTries;
    uint256 public vetoes;
    uint256 public corrections;
    uint256 public lowered;
    uint256 public capped;
    uint256 public reserves;
    uint256 public recoveries;
    uint256 public pauses;

    // What must never be.
    uint256 public paidTwice;
    uint256 public paidForged;
    uint256 public paidWrong;
    uint256 public paidLate;
    uint256 public movedWhilePaused;
    uint256 public activatedEarly;
    uint256 public replaced;
    uint256 public tookPromised;
    uint256 public fell;
    uint256 public refusedRight;

    constructor() {
        token = new StelaiToken(address(this), type(uint120).max);
        distributor = new RewardDistributor(
            IERC20(address(token)), DELAY, GRACE, address(this), address(this), address(this)
        );
        for (uint256 i; i < WALLETS; i++) wallets[i] = address(uint160(0xA0000 + i));
    }

    // --- Publishing ---

    function fund(uint64 amount) external {
        _fund(amount);
    }

    /// With a lie the publisher declares less than the leaves add up to.
    function propose(uint8 i, uint32 amount, uint32 lie) external {
        _propose(i, amount, lie % 4 == 0 ? lie : 0);
    }

    function activate(uint8 seconds_) external {
        vm.warp(block.timestamp + seconds_);
        _activate();
    }

    function wholeEpoch(uint8 i, uint32 amount, uint32 lie) public {
        if (pendingFrom == 0) _propose(i, amount, lie % 4 == 0 ? lie : 0);
        vm.warp(block.timestamp + DELAY);
        _activate();
    }

    /// Now and then only: more often, and no epoch comes about.
    function veto(uint8 odds) external {
        if (odds > 60) return;
        distributor.veto();
        vetoes++;
        pendingFrom = 0;
    }

    /// Somebody's leaf was wrong: it is lowered, but not below what they were paid already where it can be helped.
    function correct(uint8 i, uint32 by, uint32 more) external {
        i %= uint8(WALLETS);
        distributor.pause();
        uint256[WALLETS] memory corrected = inLive;
        corrected[i] = corrected[i] > by ? corrected[i] - by : 0;
        corrected[(i + 1) % WALLETS] += more;
        uint256 total = more % 3;
        for (uint256 j; j < WALLETS; j++) total += _atLeast(corrected[j], distributor.claimed(wallets[j]));
        _fundUpTo(total);
        bytes32[] memory tree = _treeOf(corrected);
        (,,, uint64 epoch,) = distributor.live();
        try distributor.correct(epoch + 1, tree[0], 0, uint128(total)) {
            if (inLive[i] > corrected[i]) lowered++;
            earned = corrected;
            inLive = corrected;
            liveTree = tree;
            previousUntil = 0;
            pendingFrom = 0;
            lastTotal = total;
            corrections++;
            _noteMost();
        } catch {
            refusedRight++;
        }
        distributor.unpause();
    }

    // --- Claiming ---

    function claim(uint8 i, bool again) public {
        i %= uint8(WALLETS);
        uint256 before = distributor.claimed(wallets[i]);
        bytes32[] memory proof = Tree.proofOf(liveTree, i);
        uint256 got = _take(i, inLive[i], proof);
        if (got == 0) return;
        claims++;
        if (before > 0) topUps++;
        if (!again) return;
        secondTries++;
        try distributor.claim(wallets[i], inLive[i], proof) {
            paidTwice++;
        } catch {}
    }

    function topUp(uint8 i, uint32 amount, bool again) external {
        wholeEpoch(i, amount, 1);
        claim(i, again);
    }

    /// With an epoch that declared too little somebody comes too late.
    function claimAll(uint8 i, uint32 amount, uint32 lie) external {
        wholeEpoch(i, amount, lie);
        for (uint8 j; j < WALLETS; j++) claim(j, false);
    }

    /// What the first of two epochs brought is claimed when the second is live already.
    function claimBehind(uint8 i, uint32 amount, uint8 seconds_) external {
        wholeEpoch(i, amount, 1);
        wholeEpoch(i, amount, 1);
        claimOfPrevious(i, seconds_);
    }

    function claimOfPrevious(uint8 i, uint8 seconds_) public {
        if (previousTree.length == 0) return;
        i %= uint8(WALLETS);
        vm.warp(block.timestamp + seconds_ % 40);
        bool late = block.timestamp >= previousUntil;
        // one and the same leaf may stand in both, in trees that are the same
        if (late && previousTree[0] == liveTree[0]) return;
        uint256 before = distributor.claimed(wallets[i]);
        try distributor.claim(wallets[i], inPrevious[i], Tree.proofOf(previousTree, i)) returns (uint256 got) {
            if (late) paidLate++;
            if (inPrevious[i] - before != got) paidWrong++;
            paid += got;
            claimsOfPrevious++;
        } catch (bytes memory why) {
            if (!late && bytes4(why) == RewardDistributor.InvalidProof.selector) refusedRight++;
        }
        _noteFallen();
    }

    function claimMany(uint8 i, uint8 k) external {
        i %= uint8(WALLETS);
        k %= uint8(WALLETS);
        RewardDistributor.Claim[] memory some = new RewardDistributor.Claim[](3);
        some[0] = RewardDistributor.Claim(wallets[i], inLive[i], Tree.proofOf(liveTree, i));
        some[1] = RewardDistributor.Claim(wallets[k], inLive[k], Tree.proofOf(liveTree, k));
        some[2] = some[0];
        uint256 owed = _owed(i) + (k == i ? 0 : _owed(k));
        uint256 got = distributor.claimMany(some);
        if (got != owed) paidWrong++;
        paid += got;
        if (got > 0) batches++;
        _noteFallen();
    }

    /// Another amount than the leaf's, the leaf of another, a node instead of a leaf, junk in the proof.
    function claimForged(uint8 i, uint96 amount, uint8 k, bytes32 junk) external {
        if (liveTree.length == 0) return;
        i %= uint8(WALLETS);
        k %= uint8(WALLETS);
        bool right = amount == inLive[i] || amount == inPrevious[i];
        if (right && k == i) return;
        bytes32[] memory proof = Tree.proofOf(liveTree, k);
        if (uint256(junk) % 2 == 0) proof[uint256(junk) % proof.length] = junk;
        if (uint256(junk) % 5 == 0) proof = new bytes32[](0);
        forgeries++;
        try distributor.claim(wallets[i], amount, proof) returns (uint256 got) {
            // the proof of a neighbour may be one's own, if the amount is: two leaves of one pair never are
            if (!right) paidForged++;
            paid += got;
        } catch {}
    }

    // --- Standing still ---

    function pauseAndTry(uint8 i) external {
        i %= uint8(WALLETS);
        distributor.pause();
        pauses++;
        if (liveTree.length > 0) {
            try distributor.claim(wallets[i], inLive[i], Tree.proofOf(liveTree, i)) {
                movedWhilePaused++;
            } catch {}
        }
        vm.warp(block.timestamp + DELAY);
        try distributor.activate() {
            movedWhilePaused++;
        } catch {}
        (,,, uint64 epoch,) = distributor.live();
        try distributor.propose(epoch + 1, bytes32(uint256(1)), 0, uint128(lastTotal)) {
            movedWhilePaused++;
        } catch {}
        distributor.unpause();
        try distributor.correct(epoch + 1, bytes32(uint256(1)), 0, uint128(lastTotal)) {
            movedWhilePaused++;
        } catch {}
    }

    // --- What is promised to nobody ---

    function reserve(uint32 more, uint16 seconds_) external {
        uint256 total = lastTotal + more;
        uint256 until = block.timestamp + seconds_;
        bool inForce = block.timestamp < reservedUntil;
        bool shrinks = inForce && (total < reservedTotal || until < reservedUntil);
        _fundUpTo(total);
        try distributor.reserve(uint128(total), uint64(until)) {
            if (shrinks) tookPromised++;
            (reservedTotal, reservedUntil) = (total, until);
            reserves++;
        } catch {
            if (!shrinks) refusedRight++;
        }
    }

    function recover(uint64 amount) external {
        uint256 free = distributor.surplus();
        try distributor.recoverSurplus(address(0xFEE), free + 1) {
            tookPromised++;
        } catch {}
        uint256 some = amount % (free + 1);
        distributor.recoverSurplus(address(0xFEE), some);
        recovered += some;
        if (some > 0) recoveries++;
    }

    // --- What the invariants ask ---

    /// The most of what was promised on chain and is not void.
    function promised() external view returns (uint256 total) {
        (,, uint128 ofLive,,) = distributor.live();
        (,, uint128 ofPending,,) = distributor.pending();
        total = _atLeast(ofLive, ofPending);
        if (block.timestamp < reservedUntil) total = _atLeast(total, reservedTotal);
    }

    // --- Helpers ---

    function _propose(uint8 i, uint32 amount, uint256 lie) private {
        uint256[WALLETS] memory next = earned;
        next[i % WALLETS] += amount;
        next[uint256(amount) % WALLETS] += 1;
        uint256 total;
        for (uint256 j; j < WALLETS; j++) total += _atLeast(next[j], distributor.claimed(wallets[j]));
        if (lie > 0) total = _atLeast(lastTotal, total - (lie < total ? lie : 0));
        _fundUpTo(total);
        bytes32[] memory tree = _treeOf(next);
        (,,, uint64 epoch,) = distributor.live();
        bool waits = pendingFrom != 0;
        try distributor.propose(epoch + 1, tree[0], 0, uint128(total)) {
            if (waits) replaced++;
            earned = next;
            inPending = next;
            pendingTree = tree;
            pendingFrom = block.timestamp + DELAY;
        } catch {
            if (!waits && total >= lastTotal) refusedRight++;
        }
    }

    function _activate() private {
        bool early = pendingFrom == 0 || block.timestamp < pendingFrom;
        try distributor.activate() {
            if (early) activatedEarly++;
            inPrevious = inLive;
            previousTree = liveTree;
            previousUntil = block.timestamp + GRACE;
            inLive = inPending;
            liveTree = pendingTree;
            pendingFrom = 0;
            epochs++;
            (,, uint128 total,,) = distributor.live();
            if (total < lastTotal) fell++;
            lastTotal = total;
            _noteMost();
        } catch {
            if (!early) refusedRight++;
        }
    }

    /// A right claim is paid to the unit, unless the publisher lied about the total.
    function _take(uint8 i, uint256 cumulative, bytes32[] memory proof) private returns (uint256 got) {
        uint256 before = distributor.claimed(wallets[i]);
        uint256 balance = token.balanceOf(wallets[i]);
        if (cumulative <= before) return 0;
        try distributor.claim(wallets[i], cumulative, proof) returns (uint256 amount) {
            got = amount;
            if (cumulative - before != got || token.balanceOf(wallets[i]) - balance != got) paidWrong++;
            paid += got;
        } catch (bytes memory why) {
            bool isCap = bytes4(why) == RewardDistributor.CapExceeded.selector;
            if (isCap && distributor.totalClaimed() + cumulative - before > lastTotal) capped++;
            else refusedRight++;
        }
        _noteFallen();
    }

    function _owed(uint8 i) private view returns (uint256) {
        uint256 before = distributor.claimed(wallets[i]);
        return inLive[i] > before ? inLive[i] - before : 0;
    }

    function _noteMost() private {
        for (uint256 j; j < WALLETS; j++) most[j] = _atLeast(most[j], inLive[j]);
    }

    function _noteFallen() private {
        for (uint256 j; j < WALLETS; j++) {
            uint256 now_ = distributor.claimed(wallets[j]);
            if (now_ < lastClaimed[j]) fell++;
            lastClaimed[j] = now_;
        }
    }

    function _fund(uint256 amount) private {
        token.transfer(address(distributor), amount);
        funded += amount;
    }

    function _fundUpTo(uint256 total) private {
        uint256 have = token.balanceOf(address(distributor)) + distributor.totalClaimed();
        if (have < total) _fund(total - have);
    }

    function _treeOf(uint256[WALLETS] memory amounts) private view returns (bytes32[] memory) {
        bytes32[] memory leaves = new bytes32[](WALLETS);
        for (uint256 i; i < WALLETS; i++) leaves[i] = distributor.leafOf(wallets[i], amounts[i]);
        return Tree.build(leaves);
    }

    function _atLeast(uint256 a, uint256 b) private pure returns (uint256) {
        return a > b ? a : b;
    }
}
