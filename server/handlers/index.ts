import { os } from './base.ts';
import { createEpochApproval } from './rewards/create-epoch-approval.ts';
import { createEpochRetry } from './rewards/create-epoch-retry.ts';
import { createEpochVoiding } from './rewards/create-epoch-voiding.ts';
import { createEpoch } from './rewards/create-epoch.ts';
import { createPoolDeposit } from './rewards/create-pool-deposit.ts';
import { getRewardsDesk } from './rewards/get-rewards-desk.ts';
import { createLinkedWallet } from './rewards/create-linked-wallet.ts';
import { createWalletChallenge } from './rewards/create-wallet-challenge.ts';
import { deleteLinkedWallet } from './rewards/delete-linked-wallet.ts';
import { listLinkedWallets } from './rewards/list-linked-wallets.ts';
import { createAdminClaim } from './identity/create-admin-claim.ts';
import { createApiKey } from './identity/create-api-key.ts';
import { createLeaving } from './identity/create-leaving.ts';
import { createEmailVerification } from './identity/create-email-verification.ts';
import { createPasswordReset } from './identity/create-password-reset.ts';
import { createSession } from './identity/create-session.ts';
import { createSignUp } from './identity/create-sign-up.ts';
import { deleteApiKey } from './identity/delete-api-key.ts';
import { deleteLeaving } from './identity/delete-leaving.ts';
import { deleteSession } from './identity/delete-session.ts';
import { downloadMyData } from './identity/download-my-data.ts';
import { getLeaving } from './identity/get-leaving.ts';
import { getMe } from './identity/get-me.ts';
import { grantRole } from './identity/grant-role.ts';
import { listAccounts } from './identity/list-accounts.ts';
import { listApiKeys } from './identity/list-api-keys.ts';
import { listMail } from './identity/list-mail.ts';
import { listSessions } from './identity/list-sessions.ts';
import { revokeRole } from './identity/revoke-role.ts';
import { updateMe } from './identity/update-me.ts';
import { updatePasswordReset } from './identity/update-password-reset.ts';
import { updatePassword } from './identity/update-password.ts';
import { createEditImport } from './registry/create-edit-import.ts';
import { createEditSet } from './registry/create-edit-set.ts';
import { createUndo } from './registry/create-undo.ts';
import { exportOwnModels } from './registry/export-own-models.ts';
import { getEditSet } from './registry/get-edit-set.ts';
import { listEditSets } from './registry/list-edit-sets.ts';
import { listOwnModels } from './registry/list-own-models.ts';
import { createModelFile } from './registry/create-model-file.ts';
import { createModelUpload } from './registry/create-model-upload.ts';
import { createModel } from './registry/create-model.ts';
import { createDeprecation } from './registry/create-deprecation.ts';
import { createRelease } from './registry/create-release.ts';
import { createUploadCheck } from './registry/create-upload-check.ts';
import { createUploadPart } from './registry/create-upload-part.ts';
import { createWithdrawal } from './registry/create-withdrawal.ts';
import { deleteDeprecation } from './registry/delete-deprecation.ts';
import { deleteModelUpload } from './registry/delete-model-upload.ts';
import { getModelUpload } from './registry/get-model-upload.ts';
import { getModel } from './registry/get-model.ts';
import { listModelFiles } from './registry/list-model-files.ts';
import { listModelUploads } from './registry/list-model-uploads.ts';
import { listModels } from './registry/list-models.ts';
import { listReleases } from './registry/list-releases.ts';
import { getOffer } from './program/get-offer.ts';
import { createAgreement } from './program/create-agreement.ts';
import { createOfferRefusal } from './program/create-offer-refusal.ts';
import { createTeamRequest } from './program/create-team-request.ts';
import { listInvitations } from './program/list-invitations.ts';
import { createInvitationAnswer } from './program/create-invitation-answer.ts';
import { getSplit } from './program/get-split.ts';
import { createSplitProposal } from './program/create-split-proposal.ts';
import { deleteSplitProposal } from './program/delete-split-proposal.ts';
import { createLink } from './referrals/create-link.ts';
import { updateLink } from './referrals/update-link.ts';
import { deleteLink } from './referrals/delete-link.ts';
import { listLinks } from './referrals/list-links.ts';
import { listReferrals } from './referrals/list-referrals.ts';
import { getOwnReferral } from './referrals/get-own-referral.ts';
import { createTouch } from './referrals/create-touch.ts';
import { createEvent } from './events/create-event.ts';
import { updateEvent } from './events/update-event.ts';
import { createEventCancellation } from './events/create-event-cancellation.ts';
import { createEventWithdrawal } from './events/create-event-withdrawal.ts';
import { getEvent } from './events/get-event.ts';
import { listEvents } from './events/list-events.ts';
import { createReminder } from './events/create-reminder.ts';
import { deleteReminder } from './events/delete-reminder.ts';
import { exportCalendar } from './events/export-calendar.ts';
import { exportOwnCalendar } from './events/export-own-calendar.ts';
import { createCalendarAddress } from './events/create-calendar-address.ts';
import { createCollaboration } from './collaborations/create-collaboration.ts';
import { listCollaborations } from './collaborations/list-collaborations.ts';
import { getCollaboration } from './collaborations/get-collaboration.ts';
import { createCounterOffer } from './collaborations/create-counter-offer.ts';
import { createCollaborationAgreement } from './collaborations/create-collaboration-agreement.ts';
import { createCollaborationRefusal } from './collaborations/create-collaboration-refusal.ts';
import { deleteCollaboration } from './collaborations/delete-collaboration.ts';
import { createCollaborationMessage } from './collaborations/create-collaboration-message.ts';
import { createPlannedApplication } from './collaborations/create-planned-application.ts';
import { createTransfer } from './program/create-transfer.ts';
import { deleteTransfer } from './program/delete-transfer.ts';
import { listTransfers } from './program/list-transfers.ts';
import { getTransfer } from './program/get-transfer.ts';
import { createTransferAcceptance } from './program/create-transfer-acceptance.ts';
import { createTransferRefusal } from './program/create-transfer-refusal.ts';
import { getOwnership } from './program/get-ownership.ts';
import { listTerms } from './program/list-terms.ts';
import { getTerms } from './program/get-terms.ts';
import { getTermsDiff } from './program/get-terms-diff.ts';
import { createTerms } from './program/create-terms.ts';
import { createTermsAcceptance } from './program/create-terms-acceptance.ts';
import { listAgreements } from './program/list-agreements.ts';
import { getProgram } from './program/get-program.ts';
import { getMembership } from './program/get-membership.ts';
import { listMemberships } from './program/list-memberships.ts';
import { updateMembership } from './program/update-membership.ts';
import { createApplication } from './program/create-application.ts';
import { createApplicationWithdrawal } from './program/create-application-withdrawal.ts';
import { createBenchRetry } from './program/create-bench-retry.ts';
import { createSubmission } from './program/create-submission.ts';
import { getBench } from './program/get-bench.ts';
import { getStrip } from './program/get-strip.ts';
import { createTermsPreview } from './program/create-terms-preview.ts';
import { createTrial } from './program/create-trial.ts';
import { deleteTrial } from './program/delete-trial.ts';
import { getApplication } from './program/get-application.ts';
import { getForm } from './program/get-form.ts';
import { getRevisionDiff } from './program/get-revision-diff.ts';
import { listApplications } from './program/list-applications.ts';
import { listRevisions } from './program/list-revisions.ts';
import { updateApplication } from './program/update-application.ts';
import { exploreCreations } from './marketplace/explore-creations.ts';
import { exploreCreators } from './marketplace/explore-creators.ts';
import { exploreModels } from './marketplace/explore-models.ts';
import { exploreSamples } from './marketplace/explore-samples.ts';
import { listAddresses } from './marketplace/list-addresses.ts';
import { listFilters } from './marketplace/list-filters.ts';
import { followCreator } from './marketplace/follow-creator.ts';
import { getCreator } from './marketplace/get-creator.ts';
import { unfollowCreator } from './marketplace/unfollow-creator.ts';
import { showCreation } from './marketplace/show-creation.ts';
import { withdrawCreation } from './marketplace/withdraw-creation.ts';
import { getCreation } from './marketplace/get-creation.ts';
import { listCreations } from './marketplace/list-creations.ts';
import { listFeed } from './marketplace/list-feed.ts';
import { likeCreation } from './marketplace/like-creation.ts';
import { likeModel } from './marketplace/like-model.ts';
import { unlikeModel } from './marketplace/unlike-model.ts';
import { listFollowers } from './marketplace/list-followers.ts';
import { getModelFacts } from './marketplace/get-model-facts.ts';
import { unlikeCreation } from './marketplace/unlike-creation.ts';
import { listComments } from './marketplace/list-comments.ts';
import { createComment } from './marketplace/create-comment.ts';
import { updateComment } from './marketplace/update-comment.ts';
import { deleteComment } from './marketplace/delete-comment.ts';
import { listNotifications } from './marketplace/list-notifications.ts';
import { readNotifications } from './marketplace/read-notifications.ts';
import { getUnread } from './marketplace/get-unread.ts';
import { watchNotifications } from './marketplace/watch-notifications.ts';
import { getNotificationSwitches } from './marketplace/get-notification-switches.ts';
import { updateNotificationSwitch } from './marketplace/update-notification-switch.ts';
import { listRatings } from './marketplace/list-ratings.ts';
import { rateModel } from './marketplace/rate-model.ts';
import { unrateModel } from './marketplace/unrate-model.ts';
import { listBlockedPeople } from './marketplace/list-blocked-people.ts';
import { blockPerson } from './marketplace/block-person.ts';
import { unblockPerson } from './marketplace/unblock-person.ts';
import { createReport } from './moderation/create-report.ts';
import { listMatters } from './moderation/list-matters.ts';
import { createRuling } from './moderation/create-ruling.ts';
import { listOwnRulings } from './moderation/list-own-rulings.ts';
import { createObjection } from './moderation/create-objection.ts';
import { createCancellation } from './generation/create-cancellation.ts';
import { createGeneration } from './generation/create-generation.ts';
import { createQuote } from './generation/create-quote.ts';
import { createRendition } from './generation/create-rendition.ts';
import { createRestoration } from './generation/create-restoration.ts';
import { deleteAsset } from './generation/delete-asset.ts';
import { getAsset } from './generation/get-asset.ts';
import { getGeneration } from './generation/get-generation.ts';
import { getRateCard } from './generation/get-rate-card.ts';
import { listAssets } from './generation/list-assets.ts';
import { listGenerations } from './generation/list-generations.ts';
import { watchGeneration } from './generation/watch-generation.ts';
import { createBatch } from './generation/create-batch.ts';
import { createBoard } from './generation/create-board.ts';
import { createBoardAssets } from './generation/create-board-assets.ts';
import { createBoardRestoration } from './generation/create-board-restoration.ts';
import { deleteBoard } from './generation/delete-board.ts';
import { deleteBoardAsset } from './generation/delete-board-asset.ts';
import { getBoard } from './generation/get-board.ts';
import { createUpload } from './generation/create-upload.ts';
import { deleteUpload } from './generation/delete-upload.ts';
import { getUpload } from './generation/get-upload.ts';
import { listUploads } from './generation/list-uploads.ts';
import { listBoards } from './generation/list-boards.ts';
import { updateBoard } from './generation/update-board.ts';
import { updateBoardOrder } from './generation/update-board-order.ts';
import { getShownBoard } from './generation/get-shown-board.ts';
import { listShownBoards } from './generation/list-shown-boards.ts';
import { listBoardCreations } from './generation/list-board-creations.ts';
import { watchGenerations } from './generation/watch-generations.ts';
import { createPurchase } from './wallet/create-purchase.ts';
import { getWallet } from './wallet/get-wallet.ts';
import { listCreditPacks } from './wallet/list-credit-packs.ts';
import { listWalletEntries } from './wallet/list-wallet-entries.ts';
import { createFingerprintLookup } from './provenance/create-fingerprint-lookup.ts';
import { createLookup } from './provenance/create-lookup.ts';
import { getAssetStatement } from './provenance/get-asset-statement.ts';
import { getByDigest } from './provenance/get-by-digest.ts';
import { getBooks } from './books/get-books.ts';
import { getLiabilityProof } from './books/get-liability-proof.ts';
import { listLiabilityRoots } from './books/list-liability-roots.ts';
import { getBreakdown } from './analytics/get-breakdown.ts';
import { getCreatorHome } from './analytics/get-creator-home.ts';
import { getEarningsReport } from './analytics/get-earnings-report.ts';
import { getFunnel } from './analytics/get-funnel.ts';
import { getHealthReport } from './analytics/get-health-report.ts';
import { getPlatformReport } from './analytics/get-platform-report.ts';
import { getReconciliation } from './analytics/get-reconciliation.ts';
import { getRetention } from './analytics/get-retention.ts';
import { getUsageReport } from './analytics/get-usage-report.ts';
import { listMarks } from './analytics/list-marks.ts';
import { watchAnalytics } from './analytics/watch-analytics.ts';
import { createExport } from './analytics/create-export.ts';
import { createSchedule } from './analytics/create-schedule.ts';
import { deleteExport } from './analytics/delete-export.ts';
import { deleteSchedule } from './analytics/delete-schedule.ts';
import { downloadExport } from './analytics/download-export.ts';
import { exportPlatformReport } from './analytics/export-platform-report.ts';
import { exportReport } from './analytics/export-report.ts';
import { getExport } from './analytics/get-export.ts';
import { listExports } from './analytics/list-exports.ts';
import { listSchedules } from './analytics/list-schedules.ts';
import { setMachineCost } from './analytics/set-machine-cost.ts';
import { exportEarnings } from './earnings/export-earnings.ts';
import { exportStatement } from './earnings/export-statement.ts';
import { getBalances } from './earnings/get-balances.ts';
import { getStatement } from './earnings/get-statement.ts';
import { getStatementPdf } from './earnings/get-statement-pdf.ts';
import { listStatements } from './earnings/list-statements.ts';
import { getEarnings } from './earnings/get-earnings.ts';
import { getReceiptProof } from './earnings/get-receipt-proof.ts';
import { getReceiptRoot } from './earnings/get-receipt-root.ts';
import { getReceipt } from './earnings/get-receipt.ts';
import { listEarningsLines } from './earnings/list-earnings-lines.ts';
import { listReceiptDays } from './earnings/list-receipt-days.ts';
import { listReceiptRoots } from './earnings/list-receipt-roots.ts';
import { watchEarnings } from './earnings/watch-earnings.ts';
import { createAdjustmentApproval } from './finance/create-adjustment-approval.ts';
import { createAdjustment } from './finance/create-adjustment.ts';
import { createCasePreview } from './finance/create-case-preview.ts';
import { createCaseResolution } from './finance/create-case-resolution.ts';
import { createCase } from './finance/create-case.ts';
import { createDisputeResolution } from './finance/create-dispute-resolution.ts';
import { createDispute } from './finance/create-dispute.ts';
import { createRefund } from './finance/create-refund.ts';
import { exportReversals } from './finance/export-reversals.ts';
import { getSubject } from './finance/get-subject.ts';
import { listAdjustments } from './finance/list-adjustments.ts';
import { listCases } from './finance/list-cases.ts';
import { listReversals } from './finance/list-reversals.ts';
import { createClaim } from './runners/create-claim.ts';
import { createCompletion } from './runners/create-completion.ts';
import { createFailure } from './runners/create-failure.ts';
import { createOutput } from './runners/create-output.ts';
import { createWorker } from './runners/create-worker.ts';
import { deleteLease } from './runners/delete-lease.ts';
import { deleteWorker } from './runners/delete-worker.ts';
import { getLeaseFile } from './runners/get-lease-file.ts';
import { listEndpoints } from './runners/list-endpoints.ts';
import { listPools } from './runners/list-pools.ts';
import { listWorkers } from './runners/list-workers.ts';
import { updateLease } from './runners/update-lease.ts';
import { updateWorker } from './runners/update-worker.ts';
import { listDesk } from './program/list-desk.ts';
import { getDeskFile } from './program/get-desk-file.ts';
import { createScreening } from './program/create-screening.ts';
import { createChangeRequest } from './program/create-change-request.ts';
import { createDeskRejection } from './program/create-desk-rejection.ts';
import { createPanel } from './program/create-panel.ts';
import { createAssignment } from './program/create-assignment.ts';
import { createDecision } from './program/create-decision.ts';
import { createSignature } from './program/create-signature.ts';
import { createAppealAnswer } from './program/create-appeal-answer.ts';
import { createGold } from './program/create-gold.ts';
import { createRemark } from './program/create-remark.ts';
import { listAssignments } from './program/list-assignments.ts';
import { getAssignment } from './program/get-assignment.ts';
import { getAssignmentDiff } from './program/get-assignment-diff.ts';
import { getDeskDiff } from './program/get-desk-diff.ts';
import { updateReviewDraft } from './program/update-review-draft.ts';
import { createReview } from './program/create-review.ts';
import { createReviewDecline } from './program/create-review-decline.ts';
import { createPanelRemark } from './program/create-panel-remark.ts';
import { listDeclaredConflicts } from './program/list-declared-conflicts.ts';
import { createDeclaredConflict } from './program/create-declared-conflict.ts';
import { getCalibration } from './program/get-calibration.ts';
import { getOutcome } from './program/get-outcome.ts';
import { createAppeal } from './program/create-appeal.ts';
import { createAudienceCount } from './campaigns/create-audience-count.ts';
import { createCampaignDismissal } from './campaigns/create-campaign-dismissal.ts';
import { createCampaignEnd } from './campaigns/create-campaign-end.ts';
import { createCampaignGrant } from './campaigns/create-campaign-grant.ts';
import { createCampaignOfferAnswer } from './campaigns/create-campaign-offer-answer.ts';
import { createCampaignPause } from './campaigns/create-campaign-pause.ts';
import { createCampaignRuling } from './campaigns/create-campaign-ruling.ts';
import { createCampaignShowing } from './campaigns/create-campaign-showing.ts';
import { createCampaignSubmission } from './campaigns/create-campaign-submission.ts';
import { createCampaign } from './campaigns/create-campaign.ts';
import { getCampaignBanner } from './campaigns/get-campaign-banner.ts';
import { getCampaignFile } from './campaigns/get-campaign-file.ts';
import { getCampaign } from './campaigns/get-campaign.ts';
import { listCampaignDesk } from './campaigns/list-campaign-desk.ts';
import { listCampaignOffers } from './campaigns/list-campaign-offers.ts';
import { listCampaigns } from './campaigns/list-campaigns.ts';
import { updateCampaignRepeat } from './campaigns/update-campaign-repeat.ts';
import { updateCampaign } from './campaigns/update-campaign.ts';
import { createAssignment as createPairAssignment } from './competitions/create-assignment.ts';
import { createBallot } from './competitions/create-ballot.ts';
import { getInclusionProof } from './competitions/get-inclusion-proof.ts';
import { getVoting } from './competitions/get-voting.ts';
import { listBallotRoots } from './competitions/list-ballot-roots.ts';
import { createJudge } from './competitions/create-judge.ts';
import { listJudges } from './competitions/list-judges.ts';
import { listPanels } from './competitions/list-panels.ts';
import { getPanel } from './competitions/get-panel.ts';
import { createJudgeAnswer } from './competitions/create-judge-answer.ts';
import { createJudgeVoiding } from './competitions/create-judge-voiding.ts';
import { createRecusal } from './competitions/create-recusal.ts';
import { updateRanking } from './competitions/update-ranking.ts';
import { createRankingCommitment } from './competitions/create-ranking-commitment.ts';
import { createRankingReveal } from './competitions/create-ranking-reveal.ts';
import { getResults } from './competitions/get-results.ts';
import { getBundle } from './competitions/get-bundle.ts';
import { listWinners } from './competitions/list-winners.ts';
import { getRoundModel } from './competitions/get-round-model.ts';
import { listOwnRounds } from './competitions/list-own-rounds.ts';
import { createDispute as createResultsDispute } from './competitions/create-dispute.ts';
import { listDisputes } from './competitions/list-disputes.ts';
import { createDisputeRuling } from './competitions/create-dispute-ruling.ts';
import { createDisputeAppeal } from './competitions/create-dispute-appeal.ts';
import { createDisputeAppealRuling } from './competitions/create-dispute-appeal-ruling.ts';
import { getIntegrity } from './competitions/get-integrity.ts';
import { createDisqualification } from './competitions/create-disqualification.ts';
import { createReinstatement } from './competitions/create-reinstatement.ts';
import { createBallotVoiding } from './competitions/create-ballot-voiding.ts';
import { createIntegrityCase } from './competitions/create-integrity-case.ts';
import { createCaseRuling } from './competitions/create-case-ruling.ts';
import { createResultsConfirmation } from './competitions/create-results-confirmation.ts';
import { listRounds } from './competitions/list-rounds.ts';
import { getRound } from './competitions/get-round.ts';
import { listEnterable } from './competitions/list-enterable.ts';
import { createEntry } from './competitions/create-entry.ts';
import { deleteEntry } from './competitions/delete-entry.ts';
import { listMyEntries } from './competitions/list-my-entries.ts';
import { getEntry } from './competitions/get-entry.ts';
import { createEntryAnswer } from './competitions/create-entry-answer.ts';
import { listMyAwards } from './competitions/list-my-awards.ts';
import { createAwardAnswer } from './competitions/create-award-answer.ts';
import { listRoundDesk } from './competitions/list-round-desk.ts';
import { getRoundFile } from './competitions/get-round-file.ts';
import { createRound } from './competitions/create-round.ts';
import { updateRound } from './competitions/update-round.ts';
import { createRulesPreview } from './competitions/create-rules-preview.ts';
import { createRoundProposal } from './competitions/create-round-proposal.ts';
import { createRoundApproval } from './competitions/create-round-approval.ts';
import { createRoundExtension } from './competitions/create-round-extension.ts';
import { createRoundSuspension } from './competitions/create-round-suspension.ts';
import { deleteRoundSuspension } from './competitions/delete-round-suspension.ts';
import { createRoundCancellation } from './competitions/create-round-cancellation.ts';
import { listTemplates } from './competitions/list-templates.ts';
import { createTemplate } from './competitions/create-template.ts';
import { updateTemplate } from './competitions/update-template.ts';
import { createClaimAdmission } from './claims/create-claim-admission.ts';
import { createClaimAnswer } from './claims/create-claim-answer.ts';
import { createClaimRuling } from './claims/create-claim-ruling.ts';
import { createClaimSignature } from './claims/create-claim-signature.ts';
import { createClaimWithdrawal } from './claims/create-claim-withdrawal.ts';
import { createRightsClaim } from './claims/create-rights-claim.ts';
import { getClaimForm } from './claims/get-claim-form.ts';
import { getRightsClaim } from './claims/get-rights-claim.ts';
import { listClaimDesk } from './claims/list-claim-desk.ts';
import { listRightsClaims } from './claims/list-rights-claims.ts';
import { listFeatured } from './slots/list-featured.ts';
import { createImpressions } from './slots/create-impressions.ts';
import { createVisit } from './slots/create-visit.ts';
import { getRotation } from './slots/get-rotation.ts';
import { getCalendar } from './slots/get-calendar.ts';
import { createBooking } from './slots/create-booking.ts';
import { updateBooking } from './slots/update-booking.ts';
import { deleteBooking } from './slots/delete-booking.ts';
import { listCandidates } from './slots/list-candidates.ts';
import { listSlotChanges } from './slots/list-slot-changes.ts';
import { updateQuota } from './slots/update-quota.ts';
import { listOwnSlots } from './slots/list-own-slots.ts';
import { exportOwnSlots } from './slots/export-own-slots.ts';
import { getArchive } from './showcase/get-archive.ts';
import { getCard } from './showcase/get-card.ts';
import { getEmbed } from './showcase/get-embed.ts';
import { getShowcase } from './showcase/get-showcase.ts';
import { listPieces } from './showcase/list-pieces.ts';
import { listShowcases } from './showcase/list-showcases.ts';
import { saveShowcase } from './showcase/save-showcase.ts';
import { createHaltLifting } from './rewards/create-halt-lifting.ts';
import { createRelayedClaim } from './rewards/create-relayed-claim.ts';
import { getClaim } from './rewards/get-claim.ts';
import { getManifest } from './rewards/get-manifest.ts';
import { getProof } from './rewards/get-proof.ts';
import { getRewards } from './rewards/get-rewards.ts';
import { getTreasury } from './rewards/get-treasury.ts';
import { listEpochs } from './rewards/list-epochs.ts';
import { getHealth } from './system/get-health.ts';

/** Every endpoint of the contract with its handler; one that is missing does not compile. */
export const router = os.router({
  identity: {
    createAdminClaim,
    createApiKey,
    createEmailVerification,
    createLeaving,
    createPasswordReset,
    createSession,
    createSignUp,
    deleteApiKey,
    deleteLeaving,
    deleteSession,
    downloadMyData,
    getLeaving,
    getMe,
    grantRole,
    listAccounts,
    listApiKeys,
    listMail,
    listSessions,
    revokeRole,
    updateMe,
    updatePasswordReset,
    updatePassword,
  },
  registry: {
    createEditImport,
    createEditSet,
    createUndo,
    exportOwnModels,
    getEditSet,
    listEditSets,
    listOwnModels,
    createDeprecation,
    createModel,
    createModelFile,
    createModelUpload,
    createRelease,
    createUploadCheck,
    createUploadPart,
    createWithdrawal,
    deleteDeprecation,
    deleteModelUpload,
    getModel,
    getModelUpload,
    listModelFiles,
    listModelUploads,
    listModels,
    listReleases,
  },
  program: {
    getOffer,
    createAgreement,
    createOfferRefusal,
    createTeamRequest,
    listInvitations,
    createInvitationAnswer,
    getSplit,
    createSplitProposal,
    deleteSplitProposal,
    createTransfer,
    deleteTransfer,
    listTransfers,
    getTransfer,
    createTransferAcceptance,
    createTransferRefusal,
    getOwnership,
    listTerms,
    getTerms,
    getTermsDiff,
    createTerms,
    createTermsAcceptance,
    listAgreements,
    getProgram,
    getMembership,
    listMemberships,
    updateMembership,
    listDesk,
    getDeskFile,
    createScreening,
    createChangeRequest,
    createDeskRejection,
    createPanel,
    createAssignment,
    createDecision,
    createSignature,
    createAppealAnswer,
    createGold,
    createRemark,
    listAssignments,
    getAssignment,
    getAssignmentDiff,
    getDeskDiff,
    updateReviewDraft,
    createReview,
    createReviewDecline,
    createPanelRemark,
    listDeclaredConflicts,
    createDeclaredConflict,
    getCalibration,
    getOutcome,
    createAppeal,
    createBenchRetry,
    getBench,
    getStrip,
    createApplication,
    createApplicationWithdrawal,
    createSubmission,
    createTermsPreview,
    createTrial,
    deleteTrial,
    getApplication,
    getForm,
    getRevisionDiff,
    listApplications,
    listRevisions,
    updateApplication,
  },
  marketplace: {
    exploreCreations,
    exploreCreators,
    exploreModels,
    exploreSamples,
    listAddresses,
    listFilters,
    followCreator,
    getCreator,
    unfollowCreator,
    showCreation,
    withdrawCreation,
    getCreation,
    listCreations,
    listFeed,
    likeCreation,
    unlikeCreation,
    likeModel,
    unlikeModel,
    listFollowers,
    getModelFacts,
    listComments,
    createComment,
    updateComment,
    deleteComment,
    listNotifications,
    readNotifications,
    getUnread,
    watchNotifications,
    getNotificationSwitches,
    updateNotificationSwitch,
    listRatings,
    rateModel,
    unrateModel,
    listBlockedPeople,
    blockPerson,
    unblockPerson,
  },
  moderation: {
    createReport,
    listMatters,
    createRuling,
    listOwnRulings,
    createObjection,
  },
  generation: {
    createCancellation,
    createGeneration,
    createQuote,
    createRendition,
    createRestoration,
    deleteAsset,
    getAsset,
    getGeneration,
    getRateCard,
    listAssets,
    listGenerations,
    watchGeneration,
    createBatch,
    createBoard,
    createBoardAssets,
    createBoardRestoration,
    deleteBoard,
    deleteBoardAsset,
    getBoard,
    listBoards,
    updateBoard,
    updateBoardOrder,
    getShownBoard,
    listShownBoards,
    listBoardCreations,
    watchGenerations,
    createUpload,
    deleteUpload,
    getUpload,
    listUploads,
  },
  provenance: {
    createFingerprintLookup,
    createLookup,
    getAssetStatement,
    getByDigest,
  },
  wallet: {
    createPurchase,
    getWallet,
    listCreditPacks,
    listWalletEntries,
  },
  books: {
    getBooks,
    getLiabilityProof,
    listLiabilityRoots,
  },
  analytics: {
    getCreatorHome,
    setMachineCost,
    watchAnalytics,
    getEarningsReport,
    getReconciliation,
    getUsageReport,
    getBreakdown,
    getRetention,
    getFunnel,
    listMarks,
    getPlatformReport,
    getHealthReport,
    createExport,
    createSchedule,
    deleteExport,
    deleteSchedule,
    downloadExport,
    exportPlatformReport,
    exportReport,
    getExport,
    listExports,
    listSchedules,
  },
  earnings: {
    exportEarnings,
    exportStatement,
    getBalances,
    getStatement,
    getStatementPdf,
    listStatements,
    getEarnings,
    getReceipt,
    getReceiptProof,
    getReceiptRoot,
    listEarningsLines,
    listReceiptDays,
    listReceiptRoots,
    watchEarnings,
  },
  finance: {
    createAdjustment,
    createAdjustmentApproval,
    createCase,
    createCasePreview,
    createCaseResolution,
    createDispute,
    createDisputeResolution,
    createRefund,
    exportReversals,
    getSubject,
    listAdjustments,
    listCases,
    listReversals,
  },
  runners: {
    createClaim,
    createCompletion,
    createFailure,
    createOutput,
    createWorker,
    deleteLease,
    deleteWorker,
    getLeaseFile,
    listEndpoints,
    listPools,
    listWorkers,
    updateLease,
    updateWorker,
  },
  campaigns: {
    createAudienceCount,
    createCampaignDismissal,
    createCampaignEnd,
    createCampaignGrant,
    createCampaignOfferAnswer,
    createCampaignPause,
    createCampaignRuling,
    createCampaignShowing,
    createCampaignSubmission,
    createCampaign,
    getCampaignBanner,
    getCampaignFile,
    getCampaign,
    listCampaignDesk,
    listCampaignOffers,
    listCampaigns,
    updateCampaignRepeat,
    updateCampaign,
  },
  competitions: {
    listRounds,
    getRound,
    listEnterable,
    createEntry,
    deleteEntry,
    listMyEntries,
    getEntry,
    createEntryAnswer,
    listMyAwards,
    createAwardAnswer,
    listRoundDesk,
    getRoundFile,
    createRound,
    updateRound,
    createRulesPreview,
    createRoundProposal,
    createRoundApproval,
    createRoundExtension,
    createRoundSuspension,
    deleteRoundSuspension,
    createRoundCancellation,
    listTemplates,
    createTemplate,
    updateTemplate,
    createAssignment: createPairAssignment,
    createBallot,
    getInclusionProof,
    getVoting,
    listBallotRoots,
    createJudge,
    listJudges,
    listPanels,
    getPanel,
    createJudgeAnswer,
    createJudgeVoiding,
    createRecusal,
    updateRanking,
    createRankingCommitment,
    createRankingReveal,
    getResults,
    getBundle,
    listWinners,
    getRoundModel,
    listOwnRounds,
    createDispute: createResultsDispute,
    listDisputes,
    createDisputeRuling,
    createDisputeAppeal,
    createDisputeAppealRuling,
    getIntegrity,
    createDisqualification,
    createReinstatement,
    createBallotVoiding,
    createIntegrityCase,
    createCaseRuling,
    createResultsConfirmation,
  },
  claims: {
    createClaimAdmission,
    createClaimAnswer,
    createClaimRuling,
    createClaimSignature,
    createClaimWithdrawal,
    createRightsClaim,
    getClaimForm,
    getRightsClaim,
    listClaimDesk,
    listRightsClaims,
  },
  events: {
    createEvent,
    updateEvent,
    createEventCancellation,
    createEventWithdrawal,
    getEvent,
    listEvents,
    createReminder,
    deleteReminder,
    exportCalendar,
    exportOwnCalendar,
    createCalendarAddress,
  },
  collaborations: {
    createCollaboration,
    listCollaborations,
    getCollaboration,
    createCounterOffer,
    createCollaborationAgreement,
    createCollaborationRefusal,
    deleteCollaboration,
    createCollaborationMessage,
    createPlannedApplication,
  },
  referrals: {
    createLink,
    updateLink,
    deleteLink,
    listLinks,
    listReferrals,
    getOwnReferral,
    createTouch,
  },
  slots: {
    listFeatured,
    createImpressions,
    createVisit,
    getRotation,
    getCalendar,
    createBooking,
    updateBooking,
    deleteBooking,
    listCandidates,
    listSlotChanges,
    updateQuota,
    listOwnSlots,
    exportOwnSlots,
  },
  showcase: {
    getShowcase,
    saveShowcase,
    listPieces,
    listShowcases,
    getArchive,
    getCard,
    getEmbed,
  },
  rewards: {
    createEpoch,
    createEpochApproval,
    createEpochRetry,
    createEpochVoiding,
    createPoolDeposit,
    getRewardsDesk,
    createHaltLifting,
    createRelayedClaim,
    getClaim,
    getManifest,
    getProof,
    createLinkedWallet,
    createWalletChallenge,
    deleteLinkedWallet,
    listLinkedWallets,
    getRewards,
    getTreasury,
    listEpochs,
  },
  system: {
    getHealth,
  },
});
