export * from './chain-cursor.ts';
export * from './commitments.ts';
export { type Commitment, type Cut, cutOf, type Leaves, type Owed, wholeNanos } from './cut.ts';
export { deploymentOf, type KnownDeployment, writeDeployment } from './deployment.ts';
export { type EpochAct, epochMachine, type EpochState } from './epoch-machine.ts';
export * from './epochs.ts';
export * from './events.ts';
export * from './halts.ts';
export { personal } from './personal.ts';
export { linkMessage } from './wallet-message.ts';
export { stateOf, walletForCut, type WalletLink, type WalletState } from './wallet-rules.ts';
export {
  askToSign,
  challengeOf,
  countWallets,
  endLink,
  endLinksOf,
  linksOf,
  linkWallet,
  ownersOf,
  type WalletChallenge,
  walletOf,
  walletsForCut,
} from './wallets.ts';
