// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {ERC20Burnable} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Burnable.sol";
import {ERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Permit.sol";

/// The whole supply exists from the first block. Nobody can mint, pause, freeze, tax or upgrade: there is no role to steal.
contract StelaiToken is ERC20, ERC20Permit, ERC20Burnable {
    constructor(address treasury, uint256 supply) ERC20("Stelai", "STELAI") ERC20Permit("Stelai") {
        _mint(treasury, supply);
    }
}
