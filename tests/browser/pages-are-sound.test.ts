import { randomUUID } from 'node:crypto';
import axe, { type RunOptions } from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { adminClaimLink } from '../../server/flows/first-data.ts';
import { ended, releaseOf, SMALL, start } from '../acts.ts';
import { openClient, type Visitor } from '../client.ts';
import { financePerson, giveRole, idOf } from '../finance.ts';
import { submitted } from '../program.ts';
import { scriptedEngine } from '../scripted-engine.ts';
import { PASSWORD, startWorld, type World } from '../world.ts';
import { browserPath, open, openBrowser, sendHome, settled, takeSeat, type Visit, visit } from './browser.ts';

const EVERYBODY = ['visitor', 'member', 'creator', 'finance', 'admin'] as const;
type Who = (typeof EVERYBODY)[number];
const DESK = { width: 1280, height: 900 };
const PHONE = { width: 390, height: 844 };
const MONTH = new Date().toISOString().slice(0, 7);
const PAGES: Record<Who, string[]> = {
  visitor: [
    '/',
    '/explore',
    '/explore?search=vitrial&tag=none',
    '/explore?show=music',
    '/help/ranking',
    '/program',
    '/program/terms/2026-11',
    '/books',
    '/books?at=2026-01-01T00:00',
    '/create?model=drift',
    '/models/drift',
    '/models/drift-motion',
    '/models/chamber',
    '/creators/mira-solberg',
    '/sign-in',
    '/sign-up',
    '/password-reset',
    '/help',
    '/verify',
    '/docs/api',
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
    '/assets/:asset',
    '/program/applications',
    '/program/invitations',
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
    '/feed',
    '/models/drift/claim',
    '/claims',
    '/notifications',
    '/notifications/decisions',
    '/notifications/settings',
    '/wallet?at=some+day',
  ],
  creator: [
    '/program/models',
    '/program/models/drift/edit',
    '/earnings',
    '/earnings?at=2026-01-01T00:00',
    `/statements/${MONTH}`,
    '/generations/:generation/receipt',
  ],
  finance: [
    '/finance',
    '/finance?view=cases&all=1',
    '/finance?view=disputes',
    '/finance?view=refunds',
    '/finance?subject=:generation',
    '/finance?subject=mira-solberg',
    '/finance?subject=nothing-of-the-kind',
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
  ],
};

describe.skipIf(browserPath === undefined)('every main page', () => {
  let world: World;
  let browser: Browser;
  const ids = { generation: '', asset: '', batch: '', board: '', application: '', submitted: '' };
  let opened: Visit;
  /** Who sits there now: one after the other, for a browser that knows the pages is quicker. */
  let seated: Who = 'visitor';
  let people: Record<Who, Pick<Visitor, 'cookies'>>;

  beforeAll(async () => {
    [world, browser] = await Promise.all([startWorld({ engine: scriptedEngine() }), openBrowser()]);
    const member = await world.member('mona');
    const { id } = await start(member, { release_id: await releaseOf(member) });
    ids.generation = id;
    ids.asset = (await ended(member, id)).assets[0]?.id ?? '';
    await makeComparison(member);
    ids.application = (await member.api.program.createApplication({})).id;
    ids.submitted = await submitted(world, { id: await idOf(member) }, 'tides');
    const admin = openClient(world.url);
    const token = new URL((await adminClaimLink(world.context)) ?? '').searchParams.get('token') ?? '';
    await admin.api.identity.createAdminClaim({
      token,
      email: 'boss@example.org',
      password: PASSWORD,
      display_name: 'Boss',
    });
    for (const role of ['coordinator', 'reviewer', 'moderator'] as const) await giveRole(world, admin, role);
    const creator = await world.creator('mira-solberg');
    const lena = await financePerson(world, 'lena');
    await lena.api.finance.createCase({
      headers: { 'idempotency-key': randomUUID() },
      body: { generation_ids: [ids.generation], reason: 'To have one to show' },
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
    // with a new role one signs in anew
    await admin.api.identity.createSession({ email: 'boss@example.org', password: PASSWORD });
    people = { visitor: world.visitor(), member, creator, finance: lena, admin };
    opened = await visit(browser, world.url);
  });
  afterAll(async () => {
    await sendHome(browser);
    await world.end();
  });

  const addressed = (address: string) =>
    address.replace(
      /:(generation|asset|batch|board|application|submitted)/,
      (_, name: keyof typeof ids) => ids[name],
    );

  /** Two models side by side, for a board. */
  async function makeComparison(member: Visitor) {
    ids.board = (await member.api.generation.createBoard({ name: 'Covers' })).id;
    ids.batch = randomUUID();
    const releases = [await releaseOf(member), await releaseOf(member, 'vitrail')];
    const { generations } = await member.api.generation.createBatch({
      headers: { 'idempotency-key': ids.batch },
      body: {
        batch_id: ids.batch,
        board_id: ids.board,
        generations: releases.map((release_id) => ({ release_id, input: SMALL })),
      },
    });
    await Promise.all(generations.map(({ id }) => ended(member, id)));
  }

  const all = EVERYBODY.flatMap((who) => PAGES[who].map((address) => ({ who, address })));

  test.each(all)('is in order: $address for a $who', { timeout: 180_000 }, async ({ who, address }) => {
    const { page, context, troubles } = opened;
    if (who !== seated) await takeSeat(context, world.url, people[who]);
    seated = who;
    troubles.length = 0;
    await Promise.all([page.setViewportSize(DESK), page.emulateMedia({ colorScheme: 'light' })]);
    const status = await open(page, addressed(address));
    expect(status).toBe(200);
    await page.waitForFunction(() => !document.querySelector('[role=status][aria-label=Loading]'));
    // of its hundred endpoints, all drawn alike, some are enough to look at
    if (address === '/docs/api') await page.getByLabel('Search endpoints').fill('board');
    expect(await page.title()).not.toBe('');
    expect(await page.getByRole('heading', { level: 1 }).count()).toBe(1);
    const barriers = { light: await barriersOn(page, {}), dark: ['never looked'] };
    const beside = { desk: await sidewaysOverflow(page), phone: -1 };
    // in the dark only the colours are others
    await page.emulateMedia({ colorScheme: 'dark' });
    await settled(page);
    barriers.dark = await barriersOn(page, { runOnly: ['color-contrast'] });
    await page.setViewportSize(PHONE);
    await settled(page);
    beside.phone = await sidewaysOverflow(page);
    expect(barriers).toEqual({ light: [], dark: [] });
    expect(beside).toEqual({ desk: 0, phone: 0 });
    expect(troubles).toEqual([]);
  });

  test('that does not exist says so with a 404', async () => {
    const { page } = opened;
    expect(await open(page, '/nowhere')).toBe(404);
    expect(await page.getByRole('heading', { level: 1 }).count()).toBe(1);
    expect(await open(page, '/models/no-such-model')).toBe(404);
  });
});

/** How many pixels lie beside the screen. */
const sidewaysOverflow = (page: Page) =>
  page.evaluate(() =>
    Math.max(0, document.documentElement.scrollWidth - document.documentElement.clientWidth),
  );

/** What keeps people with a handicap out: violations that axe calls serious or critical, each with its places. */
async function barriersOn(page: Page, options: RunOptions): Promise<string[]> {
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(axe.source);
  return page.evaluate(async (asked) => {
    const { axe: checker } = globalThis as unknown as { axe: typeof import('axe-core') };
    const { violations } = await checker.run(document, { ...asked, resultTypes: ['violations'] });
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(
        ({ id, nodes }) =>
          `${id}: ${nodes
            .slice(0, 3)
            .map(
              ({ target, failureSummary }) =>
                `${target.join(' ')} (${(failureSummary ?? '').split('\n')[1]?.trim()})`,
            )
            .join('; ')}`,
      );
  }, options);
}
