/**
 * The shapes the pages show, taken from the contract and nowhere else.
 */
import type {
  ContractRouterClient,
  InferContractRouterInputs,
  InferContractRouterOutputs,
} from '@orpc/contract';
import type { Contract } from '../api/index.ts';

export type ApiClient = ContractRouterClient<Contract>;
type Outputs = InferContractRouterOutputs<Contract>;
type Inputs = InferContractRouterInputs<Contract>;

export type Me = Outputs['identity']['getMe'];
export type Account = NonNullable<Me['account']>;
export type Role = Account['roles'][number];
export type Mode = Me['mode'];
export type ApiKey = Outputs['identity']['listApiKeys']['items'][number];
export type Scope = ApiKey['scopes'][number];
export type Leaving = Outputs['identity']['getLeaving'];
export type Session = Outputs['identity']['listSessions']['items'][number];
export type Mail = Outputs['identity']['listMail']['items'][number];

export type ModelCard = Outputs['registry']['listModels']['items'][number];
export type FoundModel = Outputs['marketplace']['exploreModels']['items'][number];
export type FoundCreation = Outputs['marketplace']['exploreCreations']['items'][number];
export type FoundSample = Outputs['marketplace']['exploreSamples']['items'][number];
export type Filters = Outputs['marketplace']['listFilters'];
export type FoundCreator = Outputs['marketplace']['exploreCreators']['items'][number];
export type Featured = Outputs['slots']['listFeatured']['items'][number];
export type SlotCalendar = Outputs['slots']['getCalendar'];
export type SlotBooking = SlotCalendar['bookings'][number];
export type SlotCandidate = Outputs['slots']['listCandidates']['items'][number];
export type SlotChange = Outputs['slots']['listSlotChanges']['items'][number];
export type OwnSlots = Outputs['slots']['listOwnSlots'];
export type ModelPage = Outputs['registry']['getModel'];
export type OwnModel = Outputs['registry']['listOwnModels']['items'][number];
export type ModelChange = Inputs['registry']['createEditSet']['changes'][number];
export type EditPlan = Outputs['registry']['createEditSet'];
export type EditLine = EditPlan['lines'][number];
export type EditRefusal = EditPlan['refusals'][number];
export type EditField = EditLine['field'];
export type EditSetSummary = Outputs['registry']['listEditSets']['items'][number];
export type Release = NonNullable<ModelPage['release']>;
export type Sample = ModelPage['samples'][number];
export type Modality = ModelCard['modality'];
export type ModelFile = Outputs['registry']['createModelFile'];
export type ModelUpload = Outputs['registry']['createModelUpload'];
export type ListedRelease = Outputs['registry']['listReleases']['items'][number];
export type Person = ModelCard['creator'];
export type Creation = Outputs['marketplace']['listCreations']['items'][number];
export type CreationPage = Outputs['marketplace']['getCreation'];
export type Comment = Outputs['marketplace']['listComments']['items'][number];
export type Ratings = Outputs['marketplace']['listRatings'];
export type Notification = Outputs['marketplace']['listNotifications']['items'][number];
export type NotificationSwitch = Outputs['marketplace']['getNotificationSwitches']['kinds'][number];
export type BlockedPeople = Outputs['marketplace']['listBlockedPeople']['items'][number];
export type ReportWish = Inputs['moderation']['createReport'];
export type Matter = Outputs['moderation']['listMatters']['items'][number];
export type OwnRuling = Outputs['moderation']['listOwnRulings']['items'][number];
export type Embed = Outputs['showcase']['getEmbed'];
export type Showcase = Outputs['showcase']['getShowcase'];
export type ShowcasePieces = Outputs['showcase']['listPieces'];
export type Piece = ShowcasePieces['items'][number];
export type ShowcaseWish = Inputs['showcase']['saveShowcase'];
export type ModelFacts = Outputs['marketplace']['getModelFacts'];
export type ShownBoard = Outputs['generation']['getShownBoard'];
export type CreatorPage = Outputs['marketplace']['getCreator'];

export type Bench = Outputs['program']['getBench'];
export type Strip = Outputs['program']['getStrip'];

export type Worker = Outputs['runners']['listWorkers']['items'][number];
export type Pool = Outputs['runners']['listPools']['items'][number];

export type Generation = Outputs['generation']['getGeneration'];
export type GenerationState = Generation['state'];
export type Asset = Outputs['generation']['getAsset'];
export type Quote = Outputs['generation']['createQuote'];
export type Recipient = Quote['recipients'][number];
export type Progress = NonNullable<Generation['progress']>;
export type RateCard = Outputs['generation']['getRateCard'];
export type BatchInput = Inputs['generation']['createBatch']['body'];
export type RefusedStart = Outputs['generation']['createBatch']['refused'][number];
export type GenerationsEvent =
  Outputs['generation']['watchGenerations'] extends AsyncIterable<infer Event> ? Event : never;
export type Upload = Outputs['generation']['getUpload'];
export type Board = Outputs['generation']['getBoard'];

export type SameBytes = Outputs['provenance']['getByDigest']['matches'][number];
export type Alike = Outputs['provenance']['createFingerprintLookup']['alike'][number];
export type FileLookup = Outputs['provenance']['createLookup'];

export type Wallet = Outputs['wallet']['getWallet'];
export type WalletEntry = Outputs['wallet']['listWalletEntries']['items'][number];
export type CreditPack = Outputs['wallet']['listCreditPacks']['items'][number];

export type Earnings = Outputs['earnings']['getEarnings'];
export type EarningsLine = Outputs['earnings']['listEarningsLines']['items'][number];
export type Receipt = Outputs['earnings']['getReceipt'];

export type Case = Outputs['finance']['listCases']['items'][number];
export type Subject = Outputs['finance']['getSubject'];
export type SubjectOf<Kind extends Subject['kind']> = Extract<Subject, { kind: Kind }>;
export type Outlook = Subject['acts'][number];
export type Change = Outlook['changes'][number];
export type CasePreview = Outputs['finance']['createCasePreview'];
export type GenerationLink = CasePreview['generations'][number];
export type Reversal = Outputs['finance']['listReversals']['items'][number];
export type Adjustment = Outputs['finance']['listAdjustments']['items'][number];

export type BalancesAt = Outputs['earnings']['getBalances'];
export type OwnAccount = BalancesAt['accounts'][number]['account'];
export type StatementSummary = Outputs['earnings']['listStatements']['items'][number];
export type Statement = Outputs['earnings']['getStatement'];

export type Books = Outputs['books']['getBooks'];
export type BooksPromise = Books['promises'][number];
export type BooksLine = BooksPromise['backing'];
export type LiabilityRoot = Outputs['books']['listLiabilityRoots']['items'][number];
export type LiabilityProof = Outputs['books']['getLiabilityProof']['items'][number];

export type OutsideEngine = Outputs['runners']['listEndpoints']['items'][number];

export type OwnApplication = Outputs['program']['getApplication'];
export type ApplicationSummary = Outputs['program']['listApplications']['items'][number];
export type ApplicationState = OwnApplication['state'];
export type ApplicationFinding = OwnApplication['findings'][number];
export type ApplicationDraftInput = Inputs['program']['updateApplication']['draft'];
export type ApplicationForm = Outputs['program']['getForm'];
export type Revision = Outputs['program']['listRevisions']['items'][number];
export type RevisionDiff = Outputs['program']['getRevisionDiff'];
export type Trial = OwnApplication['trials'][number];
export type TermsPreview = Outputs['program']['createTermsPreview'];

export type ProgramPage = Outputs['program']['getProgram'];
export type Offer = NonNullable<Outputs['program']['getOffer']['offer']>;
export type SplitProposal = Outputs['program']['createSplitProposal'];
export type Invitation = Outputs['program']['listInvitations']['items'][number];
export type ModelAgreement = Outputs['program']['listAgreements']['items'][number];
export type ModelSplit = Outputs['program']['getSplit'];
export type Transfer = Outputs['program']['createTransfer'];
export type TransferFile = NonNullable<Outputs['program']['getTransfer']['file']>;
export type Ownership = Outputs['program']['getOwnership'];
export type TermsVersion = Outputs['program']['listTerms']['items'][number];
export type TermsDiff = Outputs['program']['getTermsDiff'];
export type Membership = Outputs['program']['getMembership'];
export type MembershipAct = Inputs['program']['updateMembership']['act'];

export type Page<Item> = { items: Item[]; next_cursor: string | null };
export type Can = { allowed: boolean; why: string | null };

export type Outcome = Outputs['program']['getOutcome'];
export type ProgramLetter = Outcome['letters'][number];
export type DeskRow = Outputs['program']['listDesk']['items'][number];
export type DeskFile = Outputs['program']['getDeskFile'];
export type DeskAssignment = DeskFile['assignments'][number];
export type DecisionWish = Inputs['program']['createDecision']['decision'];
export type ReviewTask = Outputs['program']['listAssignments']['items'][number];
export type ReviewPage = Outputs['program']['getAssignment'];
export type ReviewWish = Inputs['program']['createReview']['review'];
export type SubmittedReview = ReviewPage['mine'][number];
export type Criterion = ReviewPage['rubric'][number]['criterion'];
export type Calibration = Outputs['program']['getCalibration'];
export type DeclaredConflict = Outputs['program']['listDeclaredConflicts']['items'][number];

export type ClaimHead = Outputs['claims']['listRightsClaims']['items'][number];
export type RightsClaim = Outputs['claims']['getRightsClaim'];
export type ClaimForm = Outputs['claims']['getClaimForm'];
export type ClaimRemedy = NonNullable<RightsClaim['remedy']>;

export type CampaignCard = Outputs['campaigns']['listCampaigns']['items'][number];
export type CampaignPage = Outputs['campaigns']['getCampaign'];
export type CampaignBanner = NonNullable<Outputs['campaigns']['getCampaignBanner']['banner']>;
export type CampaignHead = Outputs['campaigns']['listCampaignDesk']['items'][number];
export type CampaignFile = Outputs['campaigns']['getCampaignFile'];
export type CampaignPlan = CampaignFile['plan'];
export type AudienceCondition = CampaignPlan['audience'][number];
export type CampaignOffer = Outputs['campaigns']['listCampaignOffers']['items'][number];

export type ReferralLink = Outputs['referrals']['listLinks']['items'][number];
export type Referral = Outputs['referrals']['listReferrals']['items'][number];
export type ReferralRules = Outputs['referrals']['listLinks']['rules'];
export type OwnReferral = Outputs['referrals']['getOwnReferral'];
export type Event = Outputs['events']['getEvent'];
export type Collaboration = Outputs['collaborations']['listCollaborations']['items'][number];
export type CollaborationPage = Outputs['collaborations']['getCollaboration'];

export type Span = Outputs['analytics']['getUsageReport']['span'];
export type CreatorHome = Outputs['analytics']['getCreatorHome'];
export type CreatorAlert = CreatorHome['alerts'][number];
export type EarningsReport = Outputs['analytics']['getEarningsReport'];
export type Reconciliation = EarningsReport['reconciliation'];
export type UsageReport = Outputs['analytics']['getUsageReport'];
export type Usage = UsageReport['totals'];
export type UsagePoint = UsageReport['series'][number];
export type Breakdown = Outputs['analytics']['getBreakdown'];
export type Funnel = Outputs['analytics']['getFunnel'];
export type Retention = Outputs['analytics']['getRetention'];
export type TimeMark = Outputs['analytics']['listMarks']['items'][number];
export type PlatformReport = Outputs['analytics']['getPlatformReport'];
export type HealthReport = Outputs['analytics']['getHealthReport'];
export type ExportWish = Inputs['analytics']['createExport'];
export type Export = Outputs['analytics']['createExport'];
export type ExportSchedule = Outputs['analytics']['createSchedule'];

export type RuleLine = Outputs['competitions']['getRound']['categories'][number]['rules'][number]['rule'];
export type RoundCard = Outputs['competitions']['listRounds']['items'][number];
export type RoundPage = Outputs['competitions']['getRound'];
export type RoundState = RoundPage['state'];
export type RoundInstants = RoundPage['instants'];
export type RoundCategory = RoundPage['categories'][number];
export type CategoryKind = RoundCategory['kind'];
export type Enterable = Outputs['competitions']['listEnterable']['items'][number];
export type Entry = Outputs['competitions']['getEntry'];
export type Award = Outputs['competitions']['listMyAwards']['items'][number];
export type Voting = Outputs['competitions']['getVoting'];
export type VotingCategory = Inputs['competitions']['getVoting']['category'];
export type VotingPair = Outputs['competitions']['createAssignment'];
export type BallotReport = NonNullable<Inputs['competitions']['createBallot']['report']>;
export type OwnBallot = Outputs['competitions']['getInclusionProof']['items'][number];
export type RoundHead = Outputs['competitions']['listRoundDesk']['items'][number];
export type RoundFile = Outputs['competitions']['getRoundFile'];
export type RoundPlan = RoundFile['plan'];
export type CategoryPlan = RoundPlan['categories'][number];
export type EntryRule = CategoryPlan['rules'][number];
export type RoundTemplate = Outputs['competitions']['listTemplates']['items'][number];
export type TemplatePlan = RoundTemplate['plan'];
export type RulesPreview = Outputs['competitions']['createRulesPreview'];
export type PanelHead = Outputs['competitions']['listPanels']['items'][number];
export type Panel = Outputs['competitions']['getPanel'];
export type JudgesOfCategory = Outputs['competitions']['listJudges']['categories'][number];
export type Results = Outputs['competitions']['getResults'];
export type CategoryResults = Results['categories'][number];
export type Placed = CategoryResults['places'][number];
export type Win = Outputs['marketplace']['getCreator']['won'][number];
export type RoundModel = Outputs['competitions']['getRoundModel'];
export type OwnRound = Outputs['competitions']['listOwnRounds']['items'][number];
export type Winner = Outputs['competitions']['listWinners']['items'][number];
export type Dispute = Results['disputes'][number];
export type Integrity = Outputs['competitions']['getIntegrity'];

export type Rewards = Outputs['rewards']['getRewards'];
export type Reward = Rewards['items'][number];
export type NextStep = Rewards['next'][number];
export type Claims = Outputs['rewards']['getClaim'];
export type Claim = Claims['items'][number];
export type LinkedWallets = Outputs['rewards']['listLinkedWallets'];
export type LinkedWallet = LinkedWallets['items'][number];
export type WalletChallenge = Outputs['rewards']['createWalletChallenge'];
export type Treasury = Outputs['rewards']['getTreasury'];
export type PublicEpoch = Outputs['rewards']['listEpochs']['items'][number];
export type RewardsDesk = Outputs['rewards']['getRewardsDesk'];
