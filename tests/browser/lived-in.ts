import { type ApplicationId, asId, type CampaignId } from '../../server/ids.ts';
import { ask } from '../../server/flows/panel.ts';
import { present } from '../../server/kit/assert.ts';
import * as campaigns from '../../server/modules/campaigns/index.ts';
import * as program from '../../server/modules/program/index.ts';
import { ended, releaseOf, SMALL, start } from '../acts.ts';
import type { Visitor } from '../client.ts';
import { idOf } from '../finance.ts';
import { type Person, person, submitted } from '../program.ts';
import type { World } from '../world.ts';

/** What happens where people are: pages with nothing on them say little of how they look. */

type Around = Record<'member' | 'creator' | 'admin' | 'judge', Visitor>;
/** What stands in addresses, made once. */
export type Made = Record<'shown' | 'claim' | 'edits' | 'assignment' | 'panel', string>;

export async function livedIn(
  world: World,
  { member, creator, admin, judge }: Around,
  { asset, board }: { asset: string; board: string },
): Promise<Made> {
  const finn = await person(world, 'finn');
  await campaignFor(world, { creator, admin });
  await shown({ member, creator, finn }, { asset, board });
  await admin.api.slots.createBooking({
    ...{ surface: 'home_hero', position: 1, model: 'drift', kind: 'editorial' },
    ...{ from: later(HOUR_MS), until: later(3 * DAY_MS), reason: 'Nobody paints water like this.' },
  });
  const made = {
    shown: asset,
    claim: await claimedBy(member),
    edits: await editedBy(creator),
    assignment: await reviewAskedOf(world, admin, await submitted(world, finn, 'ripples')),
    panel: await panelOf(world, judge),
  };
  return made;
}
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const later = (ms: number) => new Date(Date.now() + ms).toISOString();

/** Two show what they made, talk below it, like and follow each other, and one gathers on a board for everybody. */
async function shown(
  { member, creator, finn }: { member: Visitor; creator: Visitor; finn: Person },
  { asset: id, board }: { asset: string; board: string },
): Promise<void> {
  await member.api.marketplace.showCreation({ id, title: 'Silk at noon', show_prompt: true });
  const made = await start(finn, { release_id: await releaseOf(finn), input: SMALL });
  const other = (await ended(finn, made.id)).assets[0]?.id ?? '';
  const [mona, mira] = await Promise.all([handleOf(member), handleOf(creator)]);
  // who said something can be followed
  await finn.api.marketplace.createComment({ model: 'drift', text: `Thank you for this one, @${mira}.` });
  await member.api.marketplace.followCreator({ handle: finn.handle });
  await finn.api.marketplace.showCreation({ id: other, title: 'Silk by night', show_prompt: false });
  await finn.api.marketplace.followCreator({ handle: mona });
  await finn.api.marketplace.likeCreation({ id });
  await finn.api.marketplace.likeModel({ slug: 'drift' });
  const said = await finn.api.marketplace.createComment({
    creation: id,
    text: `How still it lies, @${mona}. Which words made the folds?`,
  });
  await member.api.marketplace.createComment({
    creation: id,
    reply_to: said.id,
    text: 'Only “golden silk”.',
  });
  await finn.api.marketplace.rateModel({ slug: 'drift', stars: 5, text: 'It knows how cloth falls.' });
  await member.api.generation.createBoardAssets({ id: board, asset_ids: [id, other] });
  await member.api.generation.updateBoard({ id: board, visibility: 'public' });
}

async function handleOf({ api }: Visitor): Promise<string> {
  return present((await api.identity.getMe()).account, 'an account').handle;
}

/** One that began: written by one editor, agreed to, approved by another, and an hour early. */
async function campaignFor(world: World, { creator, admin }: Pick<Around, 'creator' | 'admin'>) {
  const { id, version } = await admin.api.campaigns.createCampaign({ title: 'Slow winter' });
  const draft = await admin.api.campaigns.updateCampaign({
    ...{ id, version },
    plan: {
      ...{ slug: 'slow-winter', title: 'Slow winter', tagline: 'Paint water for a fortnight.' },
      ...{ story: '## Water in winter\nTen credits for everybody.', goal: { kind: 'generate', people: 5 } },
      ...{ starts_at: later(HOUR_MS), ends_at: later(14 * DAY_MS) },
      ...{ budget_micros: '500000000', credits_micros: '10000000', audience: [], holdout_ppm: 0 },
      ...{ banner_days_max: 3, models: ['drift'], slots: [], repeats: 'no' },
    },
  });
  const submitted = await admin.api.campaigns.createCampaignSubmission({ id, version: draft.version });
  await creator.api.campaigns.createCampaignOfferAnswer({ id, model: 'drift', accepted: true });
  const emil = await person(world, 'emil', 'editor');
  await emil.api.campaigns.createCampaignRuling({
    ...{ id, version: submitted.version, approved: true, reason: 'It says what it does.' },
  });
  const at = world.context.clock.now();
  await world.context.database.inTransaction((tx) =>
    campaigns.moveCampaign(tx, 'start', {
      ...{ id: asId<CampaignId>(id), by: { id: 'system', as: 'timer' }, at },
      set: { started_at: at },
    }),
  );
}

async function claimedBy({ api }: Visitor): Promise<string> {
  const { id } = await api.claims.createRightsClaim({
    ...{ slug: 'drift', leg: 'model' },
    grounds: 'The weights are those of my own model, which I published a year before it on my own page.',
    evidence: 'The page of my model, archived in 2025.',
    ...{ links: ['https://example.com/my-model'], work: 'Slow cloth', statement_version: '2026-11' },
  });
  return id;
}

async function editedBy({ api }: Visitor): Promise<string> {
  const { items } = await api.registry.listOwnModels({});
  const one = present(
    items.find(({ slug }) => slug === 'ebb'),
    'a model of theirs',
  );
  const { edit_set_id } = await api.registry.createEditSet({
    changes: [{ slug: one.slug, version: one.version, summary: 'Paints the ebb, slowly.' }],
  });
  return edit_set_id ?? '';
}

async function reviewAskedOf(world: World, reviewer: Visitor, id: ApplicationId): Promise<string> {
  const { context } = world;
  const reviewer_id = await idOf(reviewer);
  const at = context.clock.now();
  await context.database.inTransaction(async (tx) => {
    const application = present(await program.applicationById(tx, id), 'an application');
    const revision = present(await program.newestRevision(tx, id), 'its revision');
    const by = { id: reviewer_id, as: 'coordinator' };
    await ask(tx, context, { application, revision }, { reviewer_id, kind: 'panel', panel: 1, by }, at);
  });
  const asked = await program.assignmentsOf(context.db, id);
  return present(
    asked.find((one) => one.reviewer_id === reviewer_id),
    'what they were asked',
  ).id;
}

async function panelOf(world: World, judge: Visitor): Promise<string> {
  const edda = await person(world, 'edda', 'editor');
  const handle = await handleOf(judge);
  return (await edda.api.competitions.createJudge({ slug: 'slow-water', kind: 'image', handle })).id;
}
