/** The face of identity: outsiders import this file and no other. */
export {
  accountByEmail,
  accountByHandle,
  accountById,
  accountsByIds,
  banAccount,
  changeProfile,
  confirmEmail,
  grantRole,
  hasAdmin,
  isLastAdmin,
  listAccounts,
  openAccount,
  openHouseAccount,
  openHouseToSignIn,
  resetAddress,
  revokeRole,
} from './accounts.ts';
export type { Account } from './accounts.ts';
export {
  callerByKey,
  callersByKeys,
  keysOf,
  makeKey,
  markKeyUsed,
  revokeKey,
  revokeKeys,
} from './api-keys.ts';
export type { ApiKey } from './api-keys.ts';
export {
  askToLeave,
  becomeNobody,
  forgetFormerAddresses,
  formerAmong,
  type Leaving,
  leavingById,
  leavingOf,
  leavingUnderWay,
  leftAmong,
  LEAVING_MS,
  letGo,
  putOffLeaving,
  stay,
} from './leaving.ts';
export { leavingMachine } from './leaving-machine.ts';
export { personal } from './personal.ts';
export { linkAddress, makeLink, mayAskForReset, useLink } from './links.ts';
export type { LinkPurpose } from './links.ts';
export { lettersTo, listMail, writeMail, writeMails } from './mail.ts';
export type { Mail } from './mail.ts';
export { authenticate, changePassword, checkPassword, hashNewPassword } from './passwords.ts';
export type { Proof } from './passwords.ts';
export { nobody } from './policy.ts';
export type { Caller, Role, Scope } from './policy.ts';
export {
  callerBySession,
  callersBySessions,
  endSession,
  endSessions,
  forgetEnded,
  markSeen,
  sessionsOf,
  startSession,
} from './sessions.ts';
export type { NewSession, Session } from './sessions.ts';
export {
  adminIds,
  bannedAmong,
  houseAccountsAmong,
  mailboxes,
  membersAfter,
  verifiedAmong,
  withRole,
} from './store.ts';
