import type { Contract } from '#api/index.ts';
import type { Role, Scope } from './modules/identity/index.ts';

/** An endpoint by its name in the contract: "identity.createSignUp". */
export type Endpoint = {
  [Domain in keyof Contract]: `${Domain}.${Extract<keyof Contract[Domain], string>}`;
}[keyof Contract];

export type Policy = {
  /** `worker`: a machine that fetches jobs, with its token. `anyone` needs no account, `signed in` any account; a role is what the caller's account must have. */
  who:
    | 'anyone'
    | 'signed in'
    | 'worker'
    | Role
    | 'creator or admin'
    | 'coordinator or chair'
    | 'moderator or admin'
    | 'editor or admin'
    | 'finance or admin'
    | 'reviewer or chair';
  /** The scope an API key needs, or that no key will do. */
  key: Scope | 'session only';
  limit: keyof typeof limits;
  /** Elsewhere than in development, and from another machine, the endpoint does not exist. */
  development_only?: true;
};

/**
 * How often, for each account, or for each address of who has none; what leads in counts for the address
 * always. Keys count for their account, so more keys are not more room. Counted in this process: a second
 * web process doubles them.
 */
export const limits = {
  read: { times: 3000, in_s: 60 },
  write: { times: 240, in_s: 60 },
  /** What others read: comments, ratings, and what is shown. */
  say: { times: 30, in_s: 60 },
  report: { times: 20, in_s: 3600 },
  watch: { times: 240, in_s: 60 },
  /** of a worker: a few calls for each job, and two a second while it runs, of 64 at once */
  work: { times: 12_000, in_s: 60 },
  generate: { times: 240, in_s: 60 },
  /** Files of models, trial runs of what they hold, and pictures to generate from. */
  upload: { times: 60, in_s: 600 },
  /** Of large files, up to 64 MB each. */
  part: { times: 1_200, in_s: 60 },
  render: { times: 120, in_s: 60 },
  /** All files of a showcase at once. */
  archive: { times: 20, in_s: 600 },
  /** Files of anybody that are held against what was made here, and fingerprints of them. */
  inspect: { times: 30, in_s: 600 },
  compare: { times: 60, in_s: 60 },
  sign_in: { times: 30, in_s: 300 },
  /** Wrong passwords for one e-mail from one network. Right ones are not counted. */
  wrong_password: { times: 10, in_s: 900 },
  /** The same from everywhere: out of reach for a few networks, which could otherwise lock the owner out. */
  wrong_password_anywhere: { times: 300, in_s: 3600 },
  sign_up: { times: 60, in_s: 600 },
  /** What asks for a password or a link once more, or sends a mail. */
  secret: { times: 20, in_s: 600 },
} as const;

/** What leads in: an account costs nothing and must not buy more room there, so its cookie is not asked. */
export const leadsIn = ({ who, key }: Policy) => who === 'anyone' && key === 'session only';

/**
 * Who may call what. What is not listed here is refused.
 * Whether a thing is the caller's own is asked by its handler: a foreign id answers like a random one.
 */
export const policies: Record<Endpoint, Policy> = {
  'identity.createSignUp': { who: 'anyone', key: 'session only', limit: 'sign_up' },
  'identity.createSession': { who: 'anyone', key: 'session only', limit: 'sign_in' },
  'identity.createAdminClaim': { who: 'anyone', key: 'session only', limit: 'secret' },
  'identity.createEmailVerification': { who: 'anyone', key: 'session only', limit: 'secret' },
  'identity.createPasswordReset': { who: 'anyone', key: 'session only', limit: 'secret' },
  'identity.updatePasswordReset': { who: 'anyone', key: 'session only', limit: 'secret' },
  'identity.getMe': { who: 'anyone', key: 'read', limit: 'read' },
  'identity.updateMe': { who: 'member', key: 'session only', limit: 'write' },
  'identity.updatePassword': { who: 'member', key: 'session only', limit: 'secret' },
  'identity.listSessions': { who: 'member', key: 'session only', limit: 'read' },
  // whoever is in must be able to leave
  'identity.deleteSession': { who: 'signed in', key: 'session only', limit: 'write' },
  'identity.listApiKeys': { who: 'member', key: 'session only', limit: 'read' },
  'identity.createApiKey': { who: 'member', key: 'session only', limit: 'secret' },
  'identity.deleteApiKey': { who: 'member', key: 'session only', limit: 'write' },
  'identity.listAccounts': { who: 'admin', key: 'session only', limit: 'read' },
  'identity.grantRole': { who: 'admin', key: 'session only', limit: 'write' },
  'identity.revokeRole': { who: 'admin', key: 'session only', limit: 'write' },
  'identity.listMail': { who: 'anyone', key: 'session only', limit: 'read', development_only: true },

  'registry.listModels': { who: 'anyone', key: 'read', limit: 'read' },
  'registry.getModel': { who: 'anyone', key: 'read', limit: 'read' },
  // whoever applies has files before they are a creator: which members may bring one is asked by the flow
  'registry.createModelFile': { who: 'member', key: 'session only', limit: 'upload' },
  'registry.listModelFiles': { who: 'member', key: 'session only', limit: 'read' },
  'registry.createModelUpload': { who: 'member', key: 'session only', limit: 'upload' },
  'registry.createUploadPart': { who: 'member', key: 'session only', limit: 'part' },
  'registry.createUploadCheck': { who: 'member', key: 'session only', limit: 'write' },
  'registry.getModelUpload': { who: 'member', key: 'session only', limit: 'read' },
  'registry.listModelUploads': { who: 'member', key: 'session only', limit: 'read' },
  'registry.deleteModelUpload': { who: 'member', key: 'session only', limit: 'write' },
  'registry.listOwnModels': { who: 'member', key: 'read', limit: 'read' },
  'registry.exportOwnModels': { who: 'member', key: 'read', limit: 'read' },
  'registry.createEditSet': { who: 'member', key: 'edit', limit: 'write' },
  'registry.createEditImport': { who: 'member', key: 'edit', limit: 'upload' },
  'registry.createUndo': { who: 'member', key: 'edit', limit: 'write' },
  'registry.listEditSets': { who: 'member', key: 'read', limit: 'read' },
  'registry.getEditSet': { who: 'member', key: 'read', limit: 'read' },
  'registry.createModel': { who: 'admin', key: 'session only', limit: 'upload' },
  'registry.createRelease': { who: 'creator or admin', key: 'session only', limit: 'upload' },
  'registry.listReleases': { who: 'admin', key: 'session only', limit: 'read' },
  'registry.createDeprecation': { who: 'member', key: 'session only', limit: 'write' },
  'registry.deleteDeprecation': { who: 'member', key: 'session only', limit: 'write' },
  'registry.createWithdrawal': { who: 'member', key: 'session only', limit: 'write' },

  'program.createApplication': { who: 'member', key: 'session only', limit: 'write' },
  'program.createApplicationWithdrawal': { who: 'member', key: 'session only', limit: 'write' },
  'program.getBench': { who: 'member', key: 'session only', limit: 'read' },
  'program.createBenchRetry': { who: 'coordinator', key: 'session only', limit: 'write' },
  'program.getStrip': { who: 'anyone', key: 'read', limit: 'read' },
  'program.createSubmission': { who: 'member', key: 'session only', limit: 'write' },
  'program.createTermsPreview': { who: 'member', key: 'session only', limit: 'read' },
  'program.createTrial': { who: 'member', key: 'session only', limit: 'upload' },
  'program.deleteTrial': { who: 'member', key: 'session only', limit: 'write' },
  'program.getApplication': { who: 'member', key: 'session only', limit: 'read' },
  'program.getForm': { who: 'anyone', key: 'read', limit: 'read' },
  'program.getRevisionDiff': { who: 'member', key: 'session only', limit: 'read' },
  'program.listApplications': { who: 'member', key: 'session only', limit: 'read' },
  'program.listRevisions': { who: 'member', key: 'session only', limit: 'read' },
  'program.updateApplication': { who: 'member', key: 'session only', limit: 'write' },

  'program.listDesk': { who: 'coordinator or chair', key: 'session only', limit: 'read' },
  'program.getDeskFile': { who: 'coordinator or chair', key: 'session only', limit: 'read' },
  'program.getDeskDiff': { who: 'coordinator or chair', key: 'session only', limit: 'read' },
  'program.createScreening': { who: 'coordinator', key: 'session only', limit: 'write' },
  'program.createChangeRequest': { who: 'coordinator or chair', key: 'session only', limit: 'write' },
  'program.createDeskRejection': { who: 'coordinator', key: 'session only', limit: 'write' },
  'program.createPanel': { who: 'coordinator or chair', key: 'session only', limit: 'write' },
  'program.createAssignment': { who: 'coordinator or chair', key: 'session only', limit: 'write' },
  'program.createDecision': { who: 'chair', key: 'session only', limit: 'write' },
  'program.createSignature': { who: 'chair', key: 'session only', limit: 'write' },
  'program.createAppealAnswer': { who: 'chair', key: 'session only', limit: 'write' },
  'program.createGold': { who: 'coordinator or chair', key: 'session only', limit: 'write' },
  'program.createRemark': { who: 'chair', key: 'session only', limit: 'write' },
  'program.listAssignments': { who: 'reviewer', key: 'session only', limit: 'read' },
  'program.getAssignment': { who: 'reviewer', key: 'session only', limit: 'read' },
  'program.getAssignmentDiff': { who: 'reviewer', key: 'session only', limit: 'read' },
  'program.updateReviewDraft': { who: 'reviewer', key: 'session only', limit: 'write' },
  'program.createReview': { who: 'reviewer', key: 'session only', limit: 'write' },
  'program.createReviewDecline': { who: 'reviewer', key: 'session only', limit: 'write' },
  'program.createPanelRemark': { who: 'reviewer', key: 'session only', limit: 'write' },
  'program.listDeclaredConflicts': { who: 'reviewer or chair', key: 'session only', limit: 'read' },
  'program.createDeclaredConflict': { who: 'reviewer or chair', key: 'session only', limit: 'write' },
  'program.getCalibration': { who: 'reviewer or chair', key: 'session only', limit: 'read' },
  'program.getOutcome': { who: 'member', key: 'read', limit: 'read' },
  'program.createAppeal': { who: 'member', key: 'session only', limit: 'write' },

  'referrals.createLink': { who: 'member', key: 'session only', limit: 'write' },
  'referrals.updateLink': { who: 'member', key: 'session only', limit: 'write' },
  'referrals.deleteLink': { who: 'member', key: 'session only', limit: 'write' },
  'referrals.listLinks': { who: 'member', key: 'read', limit: 'read' },
  'referrals.listReferrals': { who: 'member', key: 'read', limit: 'read' },
  'referrals.getOwnReferral': { who: 'member', key: 'read', limit: 'read' },
  'referrals.createTouch': { who: 'anyone', key: 'session only', limit: 'write' },

  'events.createEvent': { who: 'creator', key: 'session only', limit: 'say' },
  'events.updateEvent': { who: 'creator', key: 'session only', limit: 'say' },
  'events.createEventCancellation': { who: 'creator', key: 'session only', limit: 'write' },
  'events.createEventWithdrawal': { who: 'editor or admin', key: 'session only', limit: 'write' },
  'events.getEvent': { who: 'anyone', key: 'read', limit: 'read' },
  'events.listEvents': { who: 'anyone', key: 'read', limit: 'read' },
  'events.createReminder': { who: 'member', key: 'session only', limit: 'write' },
  'events.deleteReminder': { who: 'member', key: 'session only', limit: 'write' },
  'events.exportCalendar': { who: 'anyone', key: 'read', limit: 'read' },
  // whoever has the secret address; it says whose calendar it is
  'events.exportOwnCalendar': { who: 'anyone', key: 'read', limit: 'read' },
  'events.createCalendarAddress': { who: 'member', key: 'session only', limit: 'secret' },

  'marketplace.exploreCreations': { who: 'anyone', key: 'read', limit: 'read' },
  'collaborations.createCollaboration': { who: 'creator', key: 'session only', limit: 'say' },
  'collaborations.createCounterOffer': { who: 'member', key: 'session only', limit: 'say' },
  'collaborations.createCollaborationAgreement': { who: 'member', key: 'session only', limit: 'write' },
  'collaborations.createCollaborationRefusal': { who: 'member', key: 'session only', limit: 'write' },
  'collaborations.deleteCollaboration': { who: 'member', key: 'session only', limit: 'write' },
  'collaborations.createCollaborationMessage': { who: 'member', key: 'session only', limit: 'say' },
  'collaborations.createPlannedApplication': { who: 'member', key: 'session only', limit: 'write' },
  'collaborations.listCollaborations': { who: 'member', key: 'session only', limit: 'read' },
  'collaborations.getCollaboration': { who: 'member', key: 'session only', limit: 'read' },

  'marketplace.exploreCreators': { who: 'anyone', key: 'read', limit: 'read' },
  'marketplace.exploreModels': { who: 'anyone', key: 'read', limit: 'read' },
  'marketplace.exploreSamples': { who: 'anyone', key: 'read', limit: 'read' },
  'marketplace.listAddresses': { who: 'anyone', key: 'read', limit: 'read' },
  'marketplace.listFilters': { who: 'anyone', key: 'read', limit: 'read' },
  'marketplace.getCreator': { who: 'anyone', key: 'read', limit: 'read' },
  'marketplace.followCreator': { who: 'member', key: 'session only', limit: 'write' },
  'marketplace.unfollowCreator': { who: 'member', key: 'session only', limit: 'write' },
  'marketplace.showCreation': { who: 'member', key: 'session only', limit: 'say' },
  'marketplace.withdrawCreation': { who: 'member', key: 'session only', limit: 'write' },
  'marketplace.getCreation': { who: 'anyone', key: 'read', limit: 'read' },
  'marketplace.listCreations': { who: 'anyone', key: 'read', limit: 'read' },
  'marketplace.listFeed': { who: 'member', key: 'read', limit: 'read' },
  'marketplace.likeCreation': { who: 'member', key: 'session only', limit: 'write' },
  'marketplace.unlikeCreation': { who: 'member', key: 'session only', limit: 'write' },
  'marketplace.likeModel': { who: 'member', key: 'session only', limit: 'write' },
  'marketplace.unlikeModel': { who: 'member', key: 'session only', limit: 'write' },
  'marketplace.listFollowers': { who: 'anyone', key: 'read', limit: 'read' },
  'marketplace.getModelFacts': { who: 'anyone', key: 'read', limit: 'read' },
  'marketplace.listComments': { who: 'anyone', key: 'read', limit: 'read' },
  'marketplace.createComment': { who: 'member', key: 'session only', limit: 'say' },
  'marketplace.updateComment': { who: 'member', key: 'session only', limit: 'say' },
  'marketplace.deleteComment': { who: 'member', key: 'session only', limit: 'write' },
  'marketplace.listNotifications': { who: 'member', key: 'read', limit: 'read' },
  'marketplace.readNotifications': { who: 'member', key: 'session only', limit: 'write' },
  'marketplace.getUnread': { who: 'member', key: 'read', limit: 'read' },
  'marketplace.watchNotifications': { who: 'member', key: 'read', limit: 'watch' },
  'marketplace.getNotificationSwitches': { who: 'member', key: 'session only', limit: 'read' },
  'marketplace.updateNotificationSwitch': { who: 'member', key: 'session only', limit: 'write' },
  'marketplace.listRatings': { who: 'anyone', key: 'read', limit: 'read' },
  'marketplace.rateModel': { who: 'member', key: 'session only', limit: 'say' },
  'marketplace.unrateModel': { who: 'member', key: 'session only', limit: 'write' },
  'marketplace.listBlockedPeople': { who: 'member', key: 'session only', limit: 'read' },
  'marketplace.blockPerson': { who: 'member', key: 'session only', limit: 'write' },
  'marketplace.unblockPerson': { who: 'member', key: 'session only', limit: 'write' },

  'moderation.createReport': { who: 'member', key: 'session only', limit: 'report' },
  'moderation.listMatters': { who: 'moderator or admin', key: 'session only', limit: 'read' },
  'moderation.createRuling': { who: 'moderator or admin', key: 'session only', limit: 'write' },
  'moderation.listOwnRulings': { who: 'member', key: 'session only', limit: 'read' },
  'moderation.createObjection': { who: 'member', key: 'session only', limit: 'report' },

  'generation.getRateCard': { who: 'anyone', key: 'read', limit: 'read' },
  'generation.createQuote': { who: 'member', key: 'read', limit: 'read' },
  'generation.createGeneration': { who: 'member', key: 'generate', limit: 'generate' },
  'generation.createCancellation': { who: 'member', key: 'generate', limit: 'write' },
  'generation.getGeneration': { who: 'member', key: 'read', limit: 'read' },
  'generation.listGenerations': { who: 'member', key: 'read', limit: 'read' },
  'generation.watchGeneration': { who: 'member', key: 'read', limit: 'watch' },
  'generation.createBatch': { who: 'member', key: 'generate', limit: 'generate' },
  'generation.watchGenerations': { who: 'member', key: 'read', limit: 'watch' },
  'generation.listBoards': { who: 'member', key: 'read', limit: 'read' },
  'generation.getBoard': { who: 'member', key: 'read', limit: 'read' },
  'generation.createBoard': { who: 'member', key: 'generate', limit: 'write' },
  'generation.updateBoard': { who: 'member', key: 'generate', limit: 'write' },
  'generation.updateBoardOrder': { who: 'member', key: 'generate', limit: 'write' },
  'generation.getShownBoard': { who: 'anyone', key: 'read', limit: 'read' },
  'generation.listShownBoards': { who: 'anyone', key: 'read', limit: 'read' },
  'generation.listBoardCreations': { who: 'anyone', key: 'read', limit: 'read' },
  'generation.deleteBoard': { who: 'member', key: 'generate', limit: 'write' },
  'generation.createBoardRestoration': { who: 'member', key: 'generate', limit: 'write' },
  'generation.createBoardAssets': { who: 'member', key: 'generate', limit: 'write' },
  'generation.deleteBoardAsset': { who: 'member', key: 'generate', limit: 'write' },
  'generation.createUpload': { who: 'member', key: 'generate', limit: 'upload' },
  'generation.listUploads': { who: 'member', key: 'read', limit: 'read' },
  'generation.getUpload': { who: 'member', key: 'read', limit: 'read' },
  'generation.deleteUpload': { who: 'member', key: 'generate', limit: 'write' },
  'generation.getAsset': { who: 'member', key: 'read', limit: 'read' },
  'generation.listAssets': { who: 'member', key: 'read', limit: 'read' },
  'generation.deleteAsset': { who: 'member', key: 'generate', limit: 'write' },
  'generation.createRendition': { who: 'member', key: 'generate', limit: 'render' },
  'generation.createRestoration': { who: 'member', key: 'generate', limit: 'write' },

  'provenance.getByDigest': { who: 'anyone', key: 'read', limit: 'read' },
  'provenance.createFingerprintLookup': { who: 'anyone', key: 'read', limit: 'compare' },
  'provenance.createLookup': { who: 'anyone', key: 'read', limit: 'inspect' },
  'provenance.getAssetStatement': { who: 'member', key: 'read', limit: 'read' },

  'wallet.listCreditPacks': { who: 'anyone', key: 'read', limit: 'read' },
  'wallet.getWallet': { who: 'member', key: 'read', limit: 'read' },
  'wallet.listWalletEntries': { who: 'member', key: 'read', limit: 'read' },
  'wallet.createPurchase': { who: 'member', key: 'purchase', limit: 'write' },

  'books.getBooks': { who: 'anyone', key: 'read', limit: 'read' },
  'books.listLiabilityRoots': { who: 'anyone', key: 'read', limit: 'read' },
  'books.getLiabilityProof': { who: 'member', key: 'read', limit: 'read' },

  // whoever owns a model, or earns by one; each sees their own, and of what they own their own time
  'analytics.getCreatorHome': { who: 'creator', key: 'read', limit: 'read' },
  'analytics.watchAnalytics': { who: 'creator', key: 'read', limit: 'watch' },
  'analytics.getEarningsReport': { who: 'creator', key: 'read', limit: 'read' },
  'analytics.getReconciliation': { who: 'creator', key: 'read', limit: 'read' },
  'analytics.getUsageReport': { who: 'creator', key: 'read', limit: 'read' },
  'analytics.getBreakdown': { who: 'creator', key: 'read', limit: 'read' },
  'analytics.getRetention': { who: 'creator', key: 'read', limit: 'read' },
  'analytics.getFunnel': { who: 'creator', key: 'read', limit: 'read' },
  'analytics.listMarks': { who: 'creator', key: 'read', limit: 'read' },
  // of one's own figures a file is one more way to read them
  'analytics.createExport': { who: 'creator', key: 'read', limit: 'write' },
  'analytics.listExports': { who: 'creator', key: 'read', limit: 'read' },
  'analytics.getExport': { who: 'creator', key: 'read', limit: 'read' },
  'analytics.downloadExport': { who: 'creator', key: 'read', limit: 'write' },
  'analytics.deleteExport': { who: 'creator', key: 'session only', limit: 'write' },
  'analytics.createSchedule': { who: 'creator', key: 'session only', limit: 'write' },
  'analytics.listSchedules': { who: 'creator', key: 'read', limit: 'read' },
  'analytics.deleteSchedule': { who: 'creator', key: 'session only', limit: 'write' },
  'analytics.getPlatformReport': { who: 'finance or admin', key: 'session only', limit: 'read' },
  'analytics.getHealthReport': { who: 'finance or admin', key: 'session only', limit: 'read' },

  'earnings.getEarnings': { who: 'creator', key: 'read', limit: 'read' },
  'earnings.listEarningsLines': { who: 'creator', key: 'read', limit: 'read' },
  'earnings.getBalances': { who: 'member', key: 'read', limit: 'read' },
  'earnings.listStatements': { who: 'member', key: 'read', limit: 'read' },
  'earnings.getStatement': { who: 'member', key: 'read', limit: 'read' },
  'earnings.exportStatement': { who: 'member', key: 'read', limit: 'write' },
  'earnings.exportEarnings': { who: 'creator', key: 'read', limit: 'write' },
  'earnings.watchEarnings': { who: 'creator', key: 'read', limit: 'watch' },
  // the payer sees it too, who need not be a creator; finance, signed in, sees everybody's
  'earnings.getReceipt': { who: 'member', key: 'read', limit: 'read' },
  'earnings.getReceiptProof': { who: 'member', key: 'read', limit: 'read' },
  // whoever keeps these holds us to our word
  'earnings.getReceiptRoot': { who: 'anyone', key: 'read', limit: 'read' },
  'earnings.listReceiptDays': { who: 'anyone', key: 'read', limit: 'read' },
  'earnings.listReceiptRoots': { who: 'anyone', key: 'read', limit: 'read' },

  'finance.getSubject': { who: 'finance', key: 'session only', limit: 'read' },
  'finance.createRefund': { who: 'finance', key: 'session only', limit: 'write' },
  'finance.createCasePreview': { who: 'finance', key: 'session only', limit: 'read' },
  'finance.createCase': { who: 'finance', key: 'session only', limit: 'write' },
  'finance.createCaseResolution': { who: 'finance', key: 'session only', limit: 'write' },
  'finance.listCases': { who: 'finance', key: 'session only', limit: 'read' },
  'finance.createDispute': { who: 'finance', key: 'session only', limit: 'write' },
  'finance.createDisputeResolution': { who: 'finance', key: 'session only', limit: 'write' },
  'finance.createAdjustment': { who: 'finance', key: 'session only', limit: 'write' },
  'finance.createAdjustmentApproval': { who: 'finance', key: 'session only', limit: 'write' },
  'finance.listAdjustments': { who: 'finance', key: 'session only', limit: 'read' },
  'finance.listReversals': { who: 'finance', key: 'session only', limit: 'read' },
  'finance.exportReversals': { who: 'finance', key: 'session only', limit: 'write' },

  'runners.createClaim': { who: 'worker', key: 'session only', limit: 'work' },
  'runners.updateLease': { who: 'worker', key: 'session only', limit: 'work' },
  'runners.deleteLease': { who: 'worker', key: 'session only', limit: 'work' },
  'runners.getLeaseFile': { who: 'worker', key: 'session only', limit: 'work' },
  'runners.createOutput': { who: 'worker', key: 'session only', limit: 'work' },
  'runners.createCompletion': { who: 'worker', key: 'session only', limit: 'work' },
  'runners.createFailure': { who: 'worker', key: 'session only', limit: 'work' },
  'runners.listWorkers': { who: 'admin', key: 'session only', limit: 'read' },
  'runners.createWorker': { who: 'admin', key: 'session only', limit: 'secret' },
  'runners.updateWorker': { who: 'admin', key: 'session only', limit: 'write' },
  'runners.deleteWorker': { who: 'admin', key: 'session only', limit: 'write' },
  'runners.listEndpoints': { who: 'admin', key: 'session only', limit: 'read' },
  'runners.listPools': { who: 'admin', key: 'session only', limit: 'read' },

  'program.getProgram': { who: 'anyone', key: 'read', limit: 'read' },
  'program.listTerms': { who: 'anyone', key: 'read', limit: 'read' },
  'program.getTerms': { who: 'anyone', key: 'read', limit: 'read' },
  'program.getTermsDiff': { who: 'anyone', key: 'read', limit: 'read' },
  'program.createTerms': { who: 'admin', key: 'session only', limit: 'write' },
  'program.listAgreements': { who: 'creator', key: 'read', limit: 'read' },
  'program.createTermsAcceptance': { who: 'creator', key: 'session only', limit: 'write' },
  'program.getOffer': { who: 'member', key: 'session only', limit: 'read' },
  'program.createAgreement': { who: 'member', key: 'session only', limit: 'upload' },
  'program.createOfferRefusal': { who: 'member', key: 'session only', limit: 'write' },
  'program.createTeamRequest': { who: 'member', key: 'session only', limit: 'write' },
  'program.listInvitations': { who: 'member', key: 'session only', limit: 'read' },
  'program.createInvitationAnswer': { who: 'member', key: 'session only', limit: 'write' },
  'program.getSplit': { who: 'member', key: 'read', limit: 'read' },
  'program.createSplitProposal': { who: 'creator', key: 'session only', limit: 'write' },
  'program.deleteSplitProposal': { who: 'creator', key: 'session only', limit: 'write' },
  'program.createTransfer': { who: 'creator', key: 'session only', limit: 'write' },
  'program.deleteTransfer': { who: 'creator', key: 'session only', limit: 'write' },
  'program.listTransfers': { who: 'member', key: 'session only', limit: 'read' },
  'program.getTransfer': { who: 'member', key: 'session only', limit: 'read' },
  'program.createTransferAcceptance': { who: 'member', key: 'session only', limit: 'write' },
  'program.createTransferRefusal': { who: 'member', key: 'session only', limit: 'write' },
  'program.getOwnership': { who: 'member', key: 'read', limit: 'read' },
  'program.getMembership': { who: 'member', key: 'read', limit: 'read' },
  'program.listMemberships': { who: 'moderator or admin', key: 'session only', limit: 'read' },
  // creators change their own standing, moderators and admins that of others
  'program.updateMembership': { who: 'member', key: 'session only', limit: 'write' },

  'showcase.getShowcase': { who: 'anyone', key: 'read', limit: 'read' },
  'showcase.saveShowcase': { who: 'member', key: 'edit', limit: 'write' },
  'showcase.listPieces': { who: 'member', key: 'read', limit: 'read' },
  'showcase.listShowcases': { who: 'anyone', key: 'read', limit: 'read' },
  'showcase.getArchive': { who: 'anyone', key: 'read', limit: 'archive' },
  'showcase.getCard': { who: 'anyone', key: 'read', limit: 'render' },
  'showcase.getEmbed': { who: 'anyone', key: 'read', limit: 'read' },

  'claims.getClaimForm': { who: 'member', key: 'session only', limit: 'read' },
  'claims.createRightsClaim': { who: 'member', key: 'session only', limit: 'secret' },
  'claims.listRightsClaims': { who: 'member', key: 'session only', limit: 'read' },
  'claims.getRightsClaim': { who: 'member', key: 'session only', limit: 'read' },
  'claims.createClaimAnswer': { who: 'member', key: 'session only', limit: 'write' },
  'claims.createClaimWithdrawal': { who: 'member', key: 'session only', limit: 'write' },
  'claims.listClaimDesk': { who: 'moderator', key: 'session only', limit: 'read' },
  'claims.createClaimAdmission': { who: 'moderator', key: 'session only', limit: 'write' },
  'claims.createClaimRuling': { who: 'moderator', key: 'session only', limit: 'write' },
  'claims.createClaimSignature': { who: 'moderator', key: 'session only', limit: 'write' },
  'campaigns.listCampaigns': { who: 'anyone', key: 'read', limit: 'read' },
  'campaigns.getCampaign': { who: 'anyone', key: 'read', limit: 'read' },
  'campaigns.createCampaignGrant': { who: 'member', key: 'session only', limit: 'write' },
  'campaigns.getCampaignBanner': { who: 'member', key: 'read', limit: 'read' },
  'campaigns.createCampaignShowing': { who: 'member', key: 'session only', limit: 'write' },
  'campaigns.createCampaignDismissal': { who: 'member', key: 'session only', limit: 'write' },
  'campaigns.listCampaignDesk': { who: 'editor', key: 'session only', limit: 'read' },
  'campaigns.createCampaign': { who: 'editor', key: 'session only', limit: 'write' },
  'campaigns.getCampaignFile': { who: 'editor', key: 'session only', limit: 'read' },
  'campaigns.updateCampaign': { who: 'editor', key: 'session only', limit: 'write' },
  'campaigns.createCampaignSubmission': { who: 'editor', key: 'session only', limit: 'write' },
  'campaigns.createCampaignRuling': { who: 'editor', key: 'session only', limit: 'write' },
  'campaigns.createCampaignPause': { who: 'editor', key: 'session only', limit: 'write' },
  'campaigns.createCampaignEnd': { who: 'editor', key: 'session only', limit: 'write' },
  'campaigns.updateCampaignRepeat': { who: 'editor', key: 'session only', limit: 'write' },
  'campaigns.createAudienceCount': { who: 'editor', key: 'session only', limit: 'secret' },
  'campaigns.listCampaignOffers': { who: 'creator', key: 'read', limit: 'read' },
  'campaigns.createCampaignOfferAnswer': { who: 'creator', key: 'session only', limit: 'write' },
  'slots.listFeatured': { who: 'anyone', key: 'read', limit: 'read' },
  'slots.createImpressions': { who: 'anyone', key: 'session only', limit: 'write' },
  'slots.createVisit': { who: 'anyone', key: 'session only', limit: 'write' },
  'slots.getRotation': { who: 'anyone', key: 'read', limit: 'read' },
  'slots.getCalendar': { who: 'editor or admin', key: 'session only', limit: 'read' },
  'slots.createBooking': { who: 'editor or admin', key: 'session only', limit: 'write' },
  'slots.updateBooking': { who: 'editor or admin', key: 'session only', limit: 'write' },
  'slots.deleteBooking': { who: 'editor or admin', key: 'session only', limit: 'write' },
  'slots.listCandidates': { who: 'editor or admin', key: 'session only', limit: 'read' },
  'slots.listSlotChanges': { who: 'editor or admin', key: 'session only', limit: 'read' },
  'slots.updateQuota': { who: 'editor or admin', key: 'session only', limit: 'write' },
  'slots.listOwnSlots': { who: 'member', key: 'read', limit: 'read' },
  'slots.exportOwnSlots': { who: 'member', key: 'read', limit: 'read' },
  'system.getHealth': { who: 'anyone', key: 'read', limit: 'read' },
};

const isListed = (endpoint: string): endpoint is Endpoint => Object.hasOwn(policies, endpoint);

export const policyOf = (endpoint: string): Policy | null => (isListed(endpoint) ? policies[endpoint] : null);
