// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccessControlDefaultAdminRules} from
    "@openzeppelin/contracts/access/extensions/AccessControlDefaultAdminRules.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {MerkleProof} from "@openzeppelin/contracts/utils/cryptography/MerkleProof.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";
import {Pausable} from "@openzeppelin/contracts/utils/Pausable.sol";

/// Pays one token to the wallets of a Merkle tree in which each leaf says what its wallet has ever earned, so a claim
/// pays what is new and a wallet needs no other epoch than the last. A root waits out a delay in the open before it
/// counts, and never promises more than lies here.
///
/// Three keys. The publisher proposes roots. The guardian can only stop things. The admin, a timelock, lets go on what
/// was stopped, corrects a root while all stands still, and takes out what is promised to nobody.
///
/// The token must be plain: no fee on transfer, no rebasing, no callback. There is no proxy: what is deployed stays.
// Pausable comes last, so that `totalClaimed` shares its slot: each claim reads and writes one slot less.
contract RewardDistributor is AccessControlDefaultAdminRules, EIP712, Pausable {
    using SafeERC20 for IERC20;

    bytes32 public constant PUBLISHER_ROLE = keccak256("PUBLISHER_ROLE");
    bytes32 public constant GUARDIAN_ROLE = keccak256("GUARDIAN_ROLE");
    uint48 public constant ADMIN_TRANSFER_DELAY = 2 days;
    /// Longer would be a slip of the unit, and nobody could mend it.
    uint64 public constant DELAY_MAX = 30 days;
    /// A stolen publisher key cannot keep the admin from the surplus for ever.
    uint64 public constant RESERVE_MAX = 400 days;
    bytes32 private constant CLAIM_TYPEHASH =
        keccak256("Claim(address account,address to,uint256 cumulative,uint256 deadline)");

    struct Root {
        bytes32 root;
        /// SHA-256 of the published file of leaves.
        bytes32 manifest;
        /// Of all leaves: no more than this is ever paid.
        uint128 total;
        uint64 epoch;
        /// Pending: from when it may be activated. Previous: until when it is still taken.
        uint64 eta;
    }

    struct Claim {
        address account;
        uint256 cumulative;
        bytes32[] proof;
    }

    uint128 public totalClaimed;
    Root public live;
    Root public pending;
    Root public previous;
    /// Like the totals this counts from the beginning, so what becomes an award leaves the reserve by itself.
    uint128 public reservedTotal;
    uint64 public reservedUntil;
    mapping(address account => uint256) public claimed;

    IERC20 public immutable token;
    uint64 public immutable delay;
    uint64 public immutable grace;

    event RootProposed(uint64 indexed epoch, bytes32 root, bytes32 manifest, uint256 total, uint64 eta);
    event RootVetoed(uint64 indexed epoch, bytes32 root, address by);
    event RootActivated(uint64 indexed epoch, bytes32 root, bytes32 manifest, uint256 total);
    event RootCorrected(uint64 indexed epoch, bytes32 root, bytes32 manifest, uint256 total);
    event Claimed(address indexed account, address indexed to, uint256 amount, uint256 cumulative, uint64 indexed epoch);
    event Reserved(uint256 total, uint64 until);
    event SurplusRecovered(address indexed to, uint256 amount);

    error BadToken();
    error BadDelay();
    error BadEpoch(uint64 want);
    error BadRoot();
    error TotalShrank(uint256 least);
    error NotFunded(uint256 short);
    error PendingExists();
    error NothingPending();
    error TooEarly(uint64 eta);
    error ReserveShrank();
    error ReserveTooLong(uint64 latest);
    error InvalidProof();
    error NothingToClaim();
    error CapExceeded();
    error BadRecipient();
    error BadSignature();
    error Expired();

    constructor(IERC20 token_, uint64 delay_, uint64 grace_, address admin, address publisher, address guardian)
        AccessControlDefaultAdminRules(ADMIN_TRANSFER_DELAY, admin)
        EIP712("Stelai Rewards", "1")
    {
        if (address(token_).code.length == 0) revert BadToken();
        if (delay_ == 0 || delay_ > DELAY_MAX || grace_ > DELAY_MAX) revert BadDelay();
        token = token_;
        delay = delay_;
        grace = grace_;
        _grantRole(PUBLISHER_ROLE, publisher);
        _grantRole(GUARDIAN_ROLE, guardian);
    }

    // --- Publishing ---

    function propose(uint64 epoch, bytes32 root, bytes32 manifest, uint128 total)
        external
        onlyRole(PUBLISHER_ROLE)
        whenNotPaused
    {
        // A pending root is vetoed or activated, never replaced: who watches has all of the delay for what was shown.
        if (pending.eta != 0) revert PendingExists();
        if (epoch != live.epoch + 1) revert BadEpoch(live.epoch + 1);
        if (root == bytes32(0)) revert BadRoot();
        if (total < live.total) revert TotalShrank(live.total);
        _requireFunded(total);
        uint64 eta = uint64(block.timestamp) + delay;
        pending = Root(root, manifest, total, epoch, eta);
        emit RootProposed(epoch, root, manifest, total, eta);
    }

    function veto() external {
        if (!hasRole(GUARDIAN_ROLE, msg.sender)) _checkRole(PUBLISHER_ROLE);
        if (pending.eta == 0) revert NothingPending();
        _dropPending();
    }

    /// By anyone. The root before it is taken for a while longer, so that no claim under way is lost.
    function activate() external whenNotPaused {
        Root memory next = pending;
        if (next.eta == 0) revert NothingPending();
        if (block.timestamp < next.eta) revert TooEarly(next.eta);
        _requireFunded(next.total);
        previous = live;
        previous.eta = uint64(block.timestamp) + grace;
        live = next;
        delete pending;
        emit RootActivated(next.epoch, next.root, next.manifest, next.total);
    }

    /// For a live root that turned out to be wrong. By no other may anything be claimed from then on, and what waited
    /// was built on the wrong one. The total counts what wallets were paid beyond their corrected leaves. A timelock
    /// can execute late: the number says which root this was written against.
    function correct(uint64 epoch, bytes32 root, bytes32 manifest, uint128 total)
        external
        onlyRole(DEFAULT_ADMIN_ROLE)
        whenPaused
    {
        if (epoch != live.epoch + 1) revert BadEpoch(live.epoch + 1);
        if (root == bytes32(0)) revert BadRoot();
        if (total < totalClaimed) revert TotalShrank(totalClaimed);
        _requireFunded(total);
        if (pending.eta != 0) _dropPending();
        live = Root(root, manifest, total, epoch, 0);
        delete previous;
        emit RootCorrected(epoch, root, manifest, total);
    }

    function pause() external onlyRole(GUARDIAN_ROLE) {
        _pause();
    }

    function unpause() external onlyRole(DEFAULT_ADMIN_ROLE) {
        _unpause();
    }

    // --- Claiming ---

    /// Anyone may pay the gas; the tokens go to `account` and nowhere else.
    function claim(address account, uint256 cumulative, bytes32[] calldata proof) external returns (uint256) {
        return _claim(account, account, cumulative, proof);
    }

    /// As one by one; passes over those who were paid meanwhile, so that nobody can spoil a batch by claiming first.
    function claimMany(Claim[] calldata claims) external returns (uint256 paid) {
        for (uint256 i = 0; i < claims.length; i++) {
            Claim calldata one = claims[i];
            if (one.cumulative <= claimed[one.account]) continue;
            paid += _claim(one.account, one.account, one.cumulative, one.proof);
        }
    }

    /// To somebody else, signed by the account: a key (EIP-712) or a contract (ERC-1271).
    function claimTo(
        address account,
        address to,
        uint256 cumulative,
        uint256 deadline,
        bytes32[] calldata proof,
        bytes calldata signature
    ) external returns (uint256) {
        if (block.timestamp > deadline) revert Expired();
        bytes32 digest = _hashTypedDataV4(keccak256(abi.encode(CLAIM_TYPEHASH, account, to, cumulative, deadline)));
        if (!SignatureChecker.isValidSignatureNow(account, digest, signature)) revert BadSignature();
        return _claim(account, to, cumulative, proof);
    }

    /// Hashed twice over 128 bytes: no inner node of a tree, which is a hash of 64, can be shown as a leaf. Chain and
    /// contract are in it: a tree is good in one place only.
    function leafOf(address account, uint256 cumulative) public view returns (bytes32) {
        return keccak256(bytes.concat(keccak256(abi.encode(block.chainid, address(this), account, cumulative))));
    }

    function _claim(address account, address to, uint256 cumulative, bytes32[] calldata proof)
        private
        whenNotPaused
        returns (uint256 amount)
    {
        // Sent to itself it would count as paid and stay.
        if (to == address(0) || to == address(this)) revert BadRecipient();
        uint64 epoch = _epochOf(MerkleProof.processProofCalldata(proof, leafOf(account, cumulative)));
        uint256 before = claimed[account];
        if (cumulative <= before) revert NothingToClaim();
        amount = cumulative - before;
        // A wrong tree can empty the epoch that it belongs to, and nothing beyond.
        if (amount > live.total - totalClaimed) revert CapExceeded();
        claimed[account] = cumulative;
        totalClaimed += uint128(amount);
        emit Claimed(account, to, amount, cumulative, epoch);
        token.safeTransfer(to, amount);
    }

    /// A root that is not there is zero, and no hash is.
    function _epochOf(bytes32 root) private view returns (uint64) {
        if (root == live.root) return live.epoch;
        if (root == previous.root && block.timestamp < previous.eta) return previous.epoch;
        revert InvalidProof();
    }

    // --- What is promised to nobody ---

    /// Keeps the admin from what prizes will need, until a day: the money is here before a competition opens.
    function reserve(uint128 total, uint64 until) external onlyRole(PUBLISHER_ROLE) {
        if (block.timestamp < reservedUntil && (total < reservedTotal || until < reservedUntil)) revert ReserveShrank();
        uint64 latest = uint64(block.timestamp) + RESERVE_MAX;
        if (until > latest) revert ReserveTooLong(latest);
        _requireFunded(total);
        reservedTotal = total;
        reservedUntil = until;
        emit Reserved(total, until);
    }

    function surplus() public view returns (uint256) {
        uint256 promised = live.total;
        if (pending.total > promised) promised = pending.total;
        if (block.timestamp < reservedUntil && reservedTotal > promised) promised = reservedTotal;
        uint256 owed = promised - totalClaimed;
        uint256 balance = token.balanceOf(address(this));
        return balance > owed ? balance - owed : 0;
    }

    function recoverSurplus(address to, uint256 amount) external onlyRole(DEFAULT_ADMIN_ROLE) {
        uint256 free = surplus();
        if (amount > free) revert NotFunded(amount - free);
        emit SurplusRecovered(to, amount);
        token.safeTransfer(to, amount);
    }

    function _requireFunded(uint256 total) private view {
        uint256 funded = token.balanceOf(address(this)) + totalClaimed;
        if (funded < total) revert NotFunded(total - funded);
    }

    function _dropPending() private {
        emit RootVetoed(pending.epoch, pending.root, msg.sender);
        delete pending;
    }
}
