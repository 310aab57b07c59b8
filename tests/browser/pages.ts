import { randomUUID } from 'node:crypto';
import type { Page } from 'playwright-core';
import { adminClaimLink } from '../../server/flows/first-data.ts';
import { rotateSlots } from '../../server/flows/rotate-slots.ts';
import { asId, type ReleaseId } from '../../server/ids.ts';
import { present } from '../../server/kit/assert.ts';
import * as registry from '../../server/modules/registry/index.ts';
import { ended, releaseOf, SMALL, start } from '../acts.ts';
import { openClient, type Visitor } from '../client.ts';
import { enteredModel, fundRound, judgedRound, people, roundIn } from '../competitions.ts';
import { eventually } from '../eventually.ts';
import { comeBack, financePerson, giveRole, idOf } from '../finance.ts';
import { publishedWaves } from '../own-models.ts';
import { submitted } from '../program.ts';
import { livedIn } from './lived-in.ts';
import { PASSWORD, type World } from '../world.ts';
import { open, settled } from './browser.ts';

export const EVERYBODY = ['visitor', 'member', 'creator', 'finance', 'admin'] as const;
export type Who = (typeof EVERYBODY)[number];
export const MONTH = new Date().toISOString().slice(0, 7);

/** Every page, as the person who has reason to come there. What stands after a colon is made by `furnish`. */
export const PAGES: Record<Who, string[]> = {
  visitor: [
    '/',
    '/explore',
    '/explore?search=vitrial&tag=none',
    '/explore?show=music',
    '/help/ranking',
    '/help/analytics',
    '/events',
    `/events?view=month&month=${MONTH}`,
    '/events/:event',
    '/help/campaigns',
    '/campaigns',
    '/campaigns/slow-winter',
    '/help/competitions',
    '/help/rewards',
    '/treasury',
    '/competitions',
    '/competitions/winners?kind=image',
    '/competitions/slow-water',
    '/competitions/first-snow',
    '/competitions/first-snow/results',
    '/competitions/early-frost/models/drift',
    '/program',
    '/program/terms/2026-11',
    '/books',
    '/books?at=2026-01-01T00:00',
    '/create?model=drift',
    '/models/drift',
    '/models/drift-motion',
    '/models/chamber',
    '/models/ebb',
    '/models/drift/showcase',
    '/embed/models/drift',
    '/embed/assets/:shown',
    '/assets/:shown',
    '/creators/mira-solberg',
    '/creators/mira-solberg?show=followers',
    '/sign-in',
    '/sign-up',
    '/password-reset',
    '/verify-email?token=of-the-mail',
    '/admin/claim?token=of-the-server',
    '/help',
    '/verify',
    '/docs/api',
    '/design',
    '/design?theme=dark&dir=rtl&motion=reduced',
    '/dev/mail',
  ],
  member: [
    '/',
    '/create?model=drift',
    '/create?generation=:generation',
    '/create?model=drift&with=vitrail,horizon',
    '/create?batch=:batch',
    '/library',
    '/library/boards',
    '/library/boards/:board',
    '/boards/:board',
    '/feed?show=image',
    '/assets/:asset',
    '/program/applications',
    '/program/invitations',
    '/program/links',
    '/events?mine=true',
    '/program/applications/:application',
    '/program/applications/:application?step=lineage',
    '/program/applications/:application?step=review',
    '/generations/:generation/receipt',
    '/verify?generation=:generation',
    '/wallet',
    '/wallet?at=2026-01-01T00:00',
    '/statements',
    `/statements/${MONTH}`,
    '/settings',
    '/settings/leave',
    '/settings/wallets',
    '/creator',
    '/feed',
    '/models/drift/claim',
    '/claims',
    '/claims/:claim',
    '/notifications',
    '/notifications/decisions',
    '/notifications/settings',
    '/wallet?at=some+day',
    '/competitions/mine',
    '/rewards',
    '/competitions/early-frost/enter/image?asset=:asset',
    '/competitions/slow-water/vote/image',
  ],
  creator: [
    '/program/models',
    '/program/models/drift',
    '/program/edits',
    '/program/edits/:edits',
    '/models/drift/release',
    '/program/models/drift/edit',
    '/program/models/drift/share',
    '/program/models/drift/showcase',
    '/program/promotion',
    '/program/links',
    '/program/collaborations',
    '/program/collaborations/:collaboration',
    '/creator',
    '/creator?table=recent,top-models,hours',
    '/earnings',
    '/earnings?at=2026-01-01T00:00',
    '/earnings?range=today&by=model&table=earnings',
    '/creator/usage?models=drift',
    '/creator/usage?part=people&models=drift&zone=Asia/Kolkata',
    '/creator/usage?part=sources&range=90d',
    '/creator/usage?part=speed&range=today',
    '/creator/usage?part=settings&range=lifetime',
    '/creator/compare',
    '/creator/exports',
    '/creator/exports?dataset=breakdown&by=outcome&range=lifetime&format=parquet',
    `/statements/${MONTH}`,
    '/generations/:generation/receipt',
  ],
  finance: [
    '/finance',
    '/finance/platform',
    '/finance/rewards',
    '/finance?view=cases&all=1',
    '/finance?view=disputes',
    '/finance?view=refunds',
    '/finance?subject=:generation',
    '/finance?subject=mira-solberg',
    '/finance?subject=nothing-of-the-kind',
    '/judging/:panel',
    '/generations/:generation/receipt',
  ],
  admin: [
    '/admin',
    '/admin/terms',
    '/moderation',
    '/moderation?state=decided',
    '/moderation/claims',
    '/program/members',
    '/program/desk',
    '/program/desk/:submitted',
    '/review',
    '/review/calibration',
    '/review/:assignment',
    '/promotion',
    '/promotion/campaigns',
    '/promotion/campaigns/:campaign',
    '/admin/competitions',
    '/admin/competitions/:round',
    '/admin/competitions/:round/judges',
    '/admin/competitions/integrity',
    '/admin/competitions/integrity/first-snow',
    '/judging',
    '/admin/models',
    '/admin/models/new',
    '/admin/runners',
  ],
};

/** What the addresses above name, made once in a world with a scripted engine. */
export type Furnished = {
  people: Record<Who, Pick<Visitor, 'cookies'>>;
  /** The address with the ids of what was made. */
  addressed(address: string): string;
};

export async function furnish(world: World): Promise<Furnished> {
  const member = await world.member('mona');
  const { id: generation } = await start(member, { release_id: await releaseOf(member) });
  const asset = (await ended(member, generation)).assets[0]?.id ?? '';
  const compared = await compare(member);
  const application = (await member.api.program.createApplication({})).id;
  const admin = await boss(world);
  const creator = await showingOff(world);
  await madeFromOthers(world, creator);
  await featured(world);
  const finance = await somebodyOfFinance(world, generation);
  const round = await compete(world, admin);
  const ids: Record<string, string> = {
    ...compared,
    ...(await livedIn(world, { member, creator, admin, judge: finance }, { asset, ...compared })),
    campaign: (await admin.api.campaigns.createCampaign({ title: 'Winter tides' })).id,
    round,
    ...(await announced(creator)),
    generation,
    asset,
    application,
    submitted: await submitted(world, { id: await idOf(member) }, 'tides'),
  };
  const people = {
    visitor: world.visitor(),
    member,
    creator,
    finance,
    admin,
  };
  return {
    people,
    addressed: (address) =>
      address.replace(/:([a-z_]+)/g, (_, name: string) => {
        const id = ids[name];
        if (id === undefined) throw new Error(`${address}: nobody made a ${name}`);
        return id;
      }),
  };
}

/** A creator of the house, who shows what a model of theirs can do. */
async function showingOff(world: World): Promise<Visitor> {
  const creator = await world.creator('mira-solberg');
  const { samples } = await creator.api.showcase.listPieces({ slug: 'drift' });
  await creator.api.showcase.saveShowcase({
    ...{ slug: 'drift', title: 'Slow water', words: 'To have one to show.', published: true, version: 0 },
    pieces: samples.slice(0, 3).map(({ name }) => ({ name, words: '' })),
  });
  return creator;
}

/** Moves and looks through all of it, until every part whose script comes later is there. */
export async function wakeAll(page: Page): Promise<void> {
  if ((await page.locator('[data-asleep]').count()) === 0) return;
  await page.mouse.move(1, 1);
  await page.mouse.move(2, 2);
  await page.evaluate(() => {
    const parts = [...document.querySelectorAll('[data-asleep]')];
    parts.at(-1)?.firstElementChild?.scrollIntoView();
  });
  await page.waitForFunction(() => !document.querySelector('[data-asleep]'));
  await page.evaluate(() => scrollTo(0, 0));
  await settled(page);
}

/** A model with a lineage. */
async function madeFromOthers(world: World, creator: Visitor): Promise<void> {
  const release_id = asId<ReleaseId>(await releaseOf(creator));
  const parents = [{ release_id, royalty_ppm: 100_000 }];
  await publishedWaves(world, { id: await idOf(creator) }, 'ebb', { parents });
}

/** Something stands in every featured place, as it does wherever the product runs for a while. */
async function featured(world: World): Promise<void> {
  await eventually('models are listed', async () => {
    const { items } = await world.visitor().api.marketplace.exploreModels({ limit: 100 });
    return items.length > 10;
  });
  await rotateSlots(world.context);
}

/** Goes there and waits until all that it fetches by itself is there. Answers the status. */
export async function comeTo(page: Page, address: string): Promise<number> {
  // what others frame runs no script
  if (address.startsWith('/embed/')) return (await page.goto(address))?.status() ?? 0;
  const status = await open(page, address);
  await page.waitForFunction(() => !document.querySelector('[role=status][aria-label=Loading]'));
  // of its hundreds of endpoints, all drawn alike, some are enough to look at
  if (address === '/docs/api') await page.getByLabel('Search endpoints').fill('board');
  return status;
}

/** What a creator announces and proposes, and a link of hers. */
async function announced({ api }: Visitor): Promise<{ event: string; collaboration: string }> {
  const { events, collaborations, referrals } = api;
  const day = new Date(Date.now() + 7 * 86_400_000).toISOString().slice(0, 10);
  const event = await events.createEvent({
    ...{ kind: 'live', title: 'Painting the sea together', words: '## Bring a photograph\nOf water.' },
    ...{ model: 'drift', place_url: 'https://example.org/live' },
    ...{ starts: `${day}T19:00`, ends: `${day}T20:30`, zone: 'Europe/Oslo' },
  });
  await referrals.createLink({ destination: { kind: 'model', name: 'drift' }, label: 'In my videos' });
  const offer = { words: 'You compose, I paint.', partner_ppm: 400_000, owner: 'me' as const };
  const wish = { handle: 'petri-aalto', title: 'Songs of water', model: null, offer };
  const collaboration = await collaborations.createCollaboration(wish);
  return { event: event.id, collaboration: collaboration.id };
}

/** A round that takes entries, one that is voted on, and a draft. */
async function compete(world: World, { api }: Visitor): Promise<string> {
  const DAY_MS = 86_400_000;
  const days = (count: number) => new Date(world.context.clock.now().getTime() + count * DAY_MS);
  const from = (count: number) => ({
    ...{ opens_at: days(count), locks_at: days(count + 9), qualifying_at: days(count + 11) },
    ...{ final_at: days(count + 16), tally_at: days(count + 19) },
  });
  const frost = await roundIn(world, { slug: 'early-frost', entries: 1, state: 'open', ...from(-3) });
  const { id: model_id } = present(await registry.modelBySlug(world.context.db, 'drift'), 'a model');
  const [release] = await registry.releasesOfModel(world.context.db, asId(model_id));
  const release_id = present(release, 'a release of it').id;
  const author_id = present(frost.entries[0], 'an entry').author_id;
  await enteredModel(world, frost, author_id, { release_id, model_id }, world.context.clock.now());
  await roundIn(world, { slug: 'slow-water', entries: 4, ...from(-12) });
  const over = await roundIn(world, { slug: 'first-snow', entries: 6, ...from(-40), state: 'locked' });
  await fundRound(world, over, [over.category_id], [500_000_000_000n, 300_000_000_000n, 200_000_000_000n]);
  await judgedRound(world, over, await people(world, 'juror', 5, days(-90)));
  return (await api.competitions.createRound({ title: 'Next winter', month: '2031-01' })).id;
}

/** Two models side by side, for a board. */
async function compare(member: Visitor): Promise<{ board: string; batch: string }> {
  const board = (await member.api.generation.createBoard({ name: 'Covers' })).id;
  const batch = randomUUID();
  const releases = [await releaseOf(member), await releaseOf(member, 'vitrail')];
  const { generations } = await member.api.generation.createBatch({
    headers: { 'idempotency-key': batch },
    body: {
      batch_id: batch,
      board_id: board,
      generations: releases.map((release_id) => ({ release_id, input: SMALL })),
    },
  });
  await Promise.all(generations.map(({ id }) => ended(member, id)));
  return { board, batch };
}

/** With a case and a correction to look at; judges as well, which nobody does who may see whose an entry is. */
async function somebodyOfFinance(world: World, generation_id: string): Promise<Visitor> {
  const lena = await financePerson(world, 'lena');
  await giveRole(world, lena, 'judge');
  await comeBack(lena);
  await lena.api.finance.createCase({
    headers: { 'idempotency-key': randomUUID() },
    body: { generation_ids: [generation_id], reason: 'To have one to show' },
  });
  await lena.api.finance.createAdjustment({
    headers: { 'idempotency-key': randomUUID() },
    body: {
      handle: 'mira-solberg',
      direction: 'give',
      amount_micros: '1500000',
      reason: 'goodwill',
      memo: 'To have one to show',
    },
  });
  return lena;
}

/** The admin, who also decides on applications and on what was reported. */
async function boss(world: World): Promise<Visitor> {
  const email = 'boss@example.org';
  const admin = openClient(world.url);
  const token = new URL((await adminClaimLink(world.context)) ?? '').searchParams.get('token') ?? '';
  await admin.api.identity.createAdminClaim({ token, email, password: PASSWORD, display_name: 'Boss' });
  for (const role of ['coordinator', 'reviewer', 'moderator', 'editor', 'judge'] as const)
    await giveRole(world, admin, role);
  // with a new role one signs in anew
  await admin.api.identity.createSession({ email, password: PASSWORD });
  return admin;
}
