// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// What of the test runner's own address is used here.
interface Vm {
    function prank(address) external;
    function warp(uint256) external;
    function chainId(uint256) external;
    function assume(bool) external pure;
    function expectRevert(bytes4) external;
}

Vm constant vm = Vm(0x7109709ECfa91a80626fF3989D68f67F5b1DD12D);

/// The shape of OpenZeppelin's trees: all nodes in one array, the root first, the leaves last.
library Tree {
    function build(bytes32[] memory leaves) internal pure returns (bytes32[] memory nodes) {
        uint256 n = leaves.length;
        nodes = new bytes32[](2 * n - 1);
        for (uint256 i; i < n; i++) nodes[nodes.length - 1 - i] = leaves[i];
        for (uint256 i = n - 1; i > 0; i--) nodes[i - 1] = pair(nodes[2 * i - 1], nodes[2 * i]);
    }

    function proofOf(bytes32[] memory nodes, uint256 leaf) internal pure returns (bytes32[] memory proof) {
        uint256 node = nodes.length - 1 - leaf;
        uint256 depth;
        for (uint256 i = node; i > 0; i = (i - 1) / 2) depth++;
        proof = new bytes32[](depth);
        for (uint256 i; i < depth; i++) {
            proof[i] = nodes[node % 2 == 1 ? node + 1 : node - 1];
            node = (node - 1) / 2;
        }
    }

    function pair(bytes32 a, bytes32 b) internal pure returns (bytes32) {
        return a < b ? keccak256(bytes.concat(a, b)) : keccak256(bytes.concat(b, a));
    }
}
