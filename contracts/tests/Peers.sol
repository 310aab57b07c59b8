// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {RewardDistributor} from "../src/RewardDistributor.sol";

/// A wallet that is a contract: its owner's signature is its own.
contract ContractWallet {
    address private immutable owner;

    constructor(address owner_) {
        owner = owner_;
    }

    function isValidSignature(bytes32 hash, bytes calldata signature) external view returns (bytes4) {
        (address signer,,) = ECDSA.tryRecover(hash, signature);
        return signer == owner ? this.isValidSignature.selector : bytes4(0xffffffff);
    }
}

/// A token that is not plain: whoever deployed it can take it away again.
contract SeizableToken is ERC20 {
    address private immutable issuer = msg.sender;

    constructor(uint256 supply) ERC20("Seizable", "SEIZE") {
        _mint(msg.sender, supply);
    }

    function seize(address from, uint256 amount) external {
        require(msg.sender == issuer);
        _transfer(from, issuer, amount);
    }
}

/// A token that calls its receiver, which the distributor is not made for: not even then is anything paid twice.
contract CallingToken is ERC20 {
    constructor(uint256 supply) ERC20("Calling", "CALL") {
        _mint(msg.sender, supply);
    }

    function _update(address from, address to, uint256 amount) internal override {
        super._update(from, to, amount);
        if (to.code.length > 0) {
            (bool done,) = to.call(abi.encodeCall(Again.paid, ()));
            done;
        }
    }
}

/// Claims once more from within its claim, by each of the ways.
contract Again {
    RewardDistributor private distributor;
    uint256 private cumulative;
    bytes32[] private proof;
    uint256 public tries;
    uint256 public paidTwice;

    function arm(RewardDistributor distributor_, uint256 cumulative_, bytes32[] calldata proof_) external {
        distributor = distributor_;
        cumulative = cumulative_;
        proof = proof_;
    }

    function paid() external {
        if (address(distributor) == address(0)) return;
        tries++;
        try distributor.claim(address(this), cumulative, proof) {
            paidTwice++;
        } catch {}
        RewardDistributor.Claim[] memory claims = new RewardDistributor.Claim[](1);
        claims[0] = RewardDistributor.Claim(address(this), cumulative, proof);
        if (distributor.claimMany(claims) > 0) paidTwice++;
    }
}
