// Before anything is believed or sent: what lies on the chain is what was compiled here, set up for us.
import { type Hex, keccak256, toHex } from 'viem';
import {
  checkRuntime,
  rewardDistributor,
  type Runtime,
  stelaiToken,
  timelockController,
} from '../../contracts/index.ts';
import { ChainFailed, named } from './failed.ts';
import type { Nodes } from './nodes.ts';
import type { Address, Deployment } from './types.ts';

export type Roles = { publisher: Address; guardian: Address };

export async function assertContracts(nodes: Nodes, deployment: Deployment, roles: Roles): Promise<void> {
  await Promise.all([
    assertCode(nodes, 'token', stelaiToken, deployment.token),
    assertCode(nodes, 'distributor', rewardDistributor, deployment.distributor),
    assertCode(nodes, 'timelock', timelockController, deployment.timelock),
  ]);
  const { abi } = rewardDistributor;
  const { distributor: address } = deployment;
  const setup = await named(
    'reading how the distributor is set up',
    Promise.all([
      nodes.readContract({ address, abi, functionName: 'token' }),
      nodes.readContract({ address, abi, functionName: 'defaultAdmin' }),
      nodes.readContract({
        address,
        abi,
        functionName: 'hasRole',
        args: [roleOf('PUBLISHER'), roles.publisher],
      }),
      nodes.readContract({
        address,
        abi,
        functionName: 'hasRole',
        args: [roleOf('GUARDIAN'), roles.guardian],
      }),
    ]),
  );
  const [token, admin, publishes, guards] = setup;
  if (token.toLowerCase() !== deployment.token)
    differs(`the distributor pays ${token}, not ${deployment.token}`);
  if (admin.toLowerCase() !== deployment.timelock)
    differs(`the distributor's admin is ${admin}, not the timelock ${deployment.timelock}`);
  if (!publishes) differs(`${roles.publisher} is not a publisher`);
  if (!guards) differs(`${roles.guardian} is not a guardian`);
}

const roleOf = (name: 'PUBLISHER' | 'GUARDIAN') => keccak256(toHex(`${name}_ROLE`));

async function assertCode(nodes: Nodes, what: string, contract: Runtime, address: Hex) {
  const code = await named(`reading the code of the ${what}`, nodes.getCode({ address }));
  if (code === undefined)
    throw new ChainFailed(
      'CHAIN_CODE_DIFFERS',
      `there is no contract at ${address}, where the ${what} should be`,
    );
  if (!checkRuntime(contract, code))
    throw new ChainFailed(
      'CHAIN_CODE_DIFFERS',
      `what lies at ${address} is not the ${what} that was compiled here`,
    );
}

function differs(sentence: string): never {
  throw new ChainFailed('CHAIN_SETUP_DIFFERS', sentence);
}
