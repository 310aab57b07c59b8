// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {RewardDistributor} from "../src/RewardDistributor.sol";
import {StelaiToken} from "../src/StelaiToken.sol";
import {Handler} from "./Handler.sol";
import {Tree, vm} from "./Tools.sol";

contract InvariantTest {
    Handler internal handler;
    StelaiToken internal token;
    RewardDistributor internal distributor;

    function setUp() public {
        handler = new Handler();
        token = handler.token();
        distributor = handler.distributor();
    }

    function targetContracts() public view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(handler);
    }

    /// In one, since the runner begins anew for each: so each of them is looked at after every act.
    function invariant_whatMustHold() public view {
        uint256 here = token.balanceOf(address(distributor));
        uint256 total = distributor.totalClaimed();
        (,, uint128 declared,,) = distributor.live();
        require(here == handler.funded() - handler.paid() - handler.recovered(), "something was lost or made");
        require(here + total >= handler.promised(), "what is promised does not lie here");
        require(total <= declared, "more was paid than declared");
        _wallets(total);
        _breaches();
    }

    function _wallets(uint256 total) private view {
        uint256 sum;
        for (uint256 i; i < handler.WALLETS(); i++) {
            uint256 claimed = distributor.claimed(handler.wallets(i));
            require(claimed == token.balanceOf(handler.wallets(i)), "claimed is not what was received");
            require(claimed <= handler.most(i), "somebody has more than a live root said");
            sum += claimed;
        }
        require(sum == total && sum == handler.paid(), "claims do not add up");
    }

    function _breaches() private view {
        require(handler.paidTwice() == 0, "paid twice");
        require(handler.paidForged() == 0, "paid what was forged");
        require(handler.paidWrong() == 0, "paid another amount");
        require(handler.paidLate() == 0, "paid by the previous root after its grace");
        require(handler.movedWhilePaused() == 0, "moved while paused, or corrected while not");
        require(handler.activatedEarly() == 0, "activated early");
        require(handler.replaced() == 0, "a pending root was replaced");
        require(handler.tookPromised() == 0, "took what is promised");
        require(handler.fell() == 0, "a total or a claim fell");
        require(handler.refusedRight() == 0, "refused what is right");
    }
}

/// Says of everything that the invariants are about that it never happens. Each of these has to be refuted, or the
/// invariants above were green because nothing happened.
contract ReachTest {
    Handler internal handler;

    function setUp() public {
        handler = new Handler();
    }

    function targetContracts() public view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(handler);
    }

    function invariant_neverFourEpochs() public view {
        require(handler.epochs() < 4);
    }

    function invariant_neverThreeTopUps() public view {
        require(handler.topUps() < 3);
    }

    function invariant_neverASecondTry() public view {
        require(handler.secondTries() < 2);
    }

    function invariant_neverAClaimOfThePrevious() public view {
        require(handler.claimsOfPrevious() < 2);
    }

    function invariant_neverABatch() public view {
        require(handler.batches() < 2);
    }

    function invariant_neverForged() public view {
        require(handler.forgeries() < 3);
    }

    function invariant_neverVetoed() public view {
        require(handler.vetoes() < 1);
    }

    function invariant_neverCorrectedDownwards() public view {
        require(handler.lowered() < 2);
    }

    function invariant_neverCapped() public view {
        require(handler.capped() < 1);
    }

    function invariant_neverReserved() public view {
        require(handler.reserves() < 2);
    }

    function invariant_neverRecovered() public view {
        require(handler.recoveries() < 2);
    }

    function invariant_neverPaused() public view {
        require(handler.pauses() < 2);
    }
}

contract FuzzTest {
    StelaiToken private token;
    RewardDistributor private distributor;

    function setUp() public {
        token = new StelaiToken(address(this), type(uint120).max);
        distributor =
            new RewardDistributor(IERC20(address(token)), 60, 30, address(this), address(this), address(this));
        token.transfer(address(distributor), type(uint112).max);
    }

    function _publish(bytes32 root, uint128 total) private {
        (,,, uint64 epoch,) = distributor.live();
        distributor.propose(epoch + 1, root, 0, total);
        vm.warp(block.timestamp + 60);
        distributor.activate();
    }

    function testFuzz_anyLeafOfAnyTreeIsPaidOnce(address[] memory wallets, uint96[] memory amounts, uint256 pick)
        public
    {
        uint256 n = wallets.length < amounts.length ? wallets.length : amounts.length;
        vm.assume(n > 0);
        if (n > 40) n = 40;
        pick %= n;
        vm.assume(wallets[pick] != address(0) && wallets[pick] != address(distributor) && amounts[pick] > 0);
        bytes32[] memory leaves = new bytes32[](n);
        uint256 total;
        for (uint256 i; i < n; i++) {
            leaves[i] = distributor.leafOf(wallets[i], amounts[i]);
            total += amounts[i];
        }
        bytes32[] memory tree = Tree.build(leaves);
        _publish(tree[0], uint128(total));

        bytes32[] memory proof = Tree.proofOf(tree, pick);
        uint256 before = token.balanceOf(wallets[pick]);
        distributor.claim(wallets[pick], amounts[pick], proof);
        require(token.balanceOf(wallets[pick]) == before + amounts[pick]);
        vm.expectRevert(RewardDistributor.NothingToClaim.selector);
        distributor.claim(wallets[pick], amounts[pick], proof);
    }

    /// The publisher chooses two "leaves" that together spell an account and an amount: their parent is the hash of
    /// the 64 bytes of a claim that stands in no leaf.
    function testFuzz_aNodeOf64BytesIsNoLeaf(uint104 more, bytes32 other) public {
        uint256 cumulative = 2 ** 96 + uint256(more);
        address account = address(uint160(cumulative / 2));
        bytes32 left = bytes32(uint256(uint160(account)));
        bytes32 right = bytes32(cumulative);
        bytes32 parent = Tree.pair(left, right);
        require(parent == keccak256(abi.encode(account, cumulative)), "the attack itself is wrong");
        _publish(Tree.pair(parent, other), type(uint112).max);

        bytes32[] memory proof = new bytes32[](1);
        proof[0] = other;
        vm.expectRevert(RewardDistributor.InvalidProof.selector);
        distributor.claim(account, cumulative, proof);
    }

    function testFuzz_noInnerNodeIsALeaf(address account, uint256 cumulative, bytes32[4] memory seeds) public {
        vm.assume(account != address(0) && account != address(distributor));
        bytes32[] memory leaves = new bytes32[](4);
        for (uint256 i; i < 4; i++) leaves[i] = keccak256(bytes.concat(keccak256(abi.encode(seeds[i]))));
        bytes32[] memory tree = Tree.build(leaves);
        _publish(tree[0], 1e18);
        bytes32[] memory proof = new bytes32[](1);
        proof[0] = tree[2];
        vm.expectRevert(RewardDistributor.InvalidProof.selector);
        distributor.claim(account, cumulative, proof);
    }

    function testFuzz_aTreeIsGoodOnOneChainOnly(uint64 other) public {
        vm.assume(other != block.chainid && other > 0);
        bytes32[] memory leaves = new bytes32[](2);
        leaves[0] = distributor.leafOf(address(0xBEEF), 5);
        leaves[1] = distributor.leafOf(address(0xCAFE), 6);
        bytes32[] memory tree = Tree.build(leaves);
        _publish(tree[0], 11);
        bytes32[] memory proof = Tree.proofOf(tree, 0);
        vm.chainId(other);
        vm.expectRevert(RewardDistributor.InvalidProof.selector);
        distributor.claim(address(0xBEEF), 5, proof);
    }

    /// However large: refused by name, never by an overflow that could be read as something else.
    function testFuzz_moreThanDeclaredIsRefused(uint256 cumulative, uint112 total) public {
        vm.assume(cumulative > total);
        bytes32 leaf = distributor.leafOf(address(0xBEEF), cumulative);
        _publish(leaf, total);
        vm.expectRevert(RewardDistributor.CapExceeded.selector);
        distributor.claim(address(0xBEEF), cumulative, new bytes32[](0));
    }

    function testFuzz_aReserveBindsUntilItsDay(uint112 total, uint32 wait, uint32 until) public {
        vm.assume(until > 0 && until < 400 days);
        uint256 begun = block.timestamp;
        distributor.reserve(total, uint64(begun + until));
        vm.warp(begun + wait);
        uint256 here = token.balanceOf(address(distributor));
        require(distributor.surplus() == (wait < until ? here - total : here));
    }
}
