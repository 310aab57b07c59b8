import { panelCommitment, sha256Hex } from '@stellary/judging';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { notesText } from '#api/competitions/notes-text.ts';
import { assignPair } from '../../server/flows/assign-pair.ts';
import { countCategories } from '../../server/flows/count-categories.ts';
import { tendVoting } from '../../server/flows/tend-voting.ts';
import { validateEntries } from '../../server/flows/validate-entries.ts';
import type { AccountId, CategoryId } from '../../server/ids.ts';
import { present } from '../../server/kit/assert.ts';
import { settableClock } from '../../server/kit/clock.ts';
import * as competitions from '../../server/modules/competitions/index.ts';
import { runNext } from '../../server/roles/runner.ts';
import { settleDelivered } from '../../server/roles/worker.ts';
import { buy, releaseOf, SMALL, start } from '../acts.ts';
import {
  enteredModel,
  established,
  fundRound,
  type MadeRound,
  nowIn,
  people,
  roundIn,
} from '../competitions.ts';
import { type Person, person } from '../program.ts';
import { scriptedEngine } from '../scripted-engine.ts';
import { startWorld, type World } from '../world.ts';
import { barriersOn } from './axe.ts';
import { browserPath, open, openBrowser, sendHome, settled, takeSeat, type Visit, visit } from './browser.ts';

const JOINED = new Date('2026-06-01T00:00:00Z');
const day = (month: number, date: number) => new Date(Date.UTC(2027, month - 1, date));
const MARCH = {
  ...{ opens_at: day(3, 1), locks_at: day(3, 22), qualifying_at: day(3, 24) },
  ...{ final_at: day(3, 29), tally_at: day(4, 1) },
};
const APRIL = {
  ...{ opens_at: day(3, 20), locks_at: day(4, 22), qualifying_at: day(4, 24) },
  ...{ final_at: day(4, 29), tally_at: day(5, 1) },
};
const PRIZES = [50n, 25n, 12n, 7n, 5n].map((stelai) => stelai * 1_000_000_000n);
const SALT = 'ab'.repeat(32);
const MARCH_IMAGES = { slug: 'march', category: 'image' } as const;
const KINDS = ['image', 'models'] as const;
type Kind = (typeof KINDS)[number];

describe.skipIf(browserPath === undefined)('a month of competition', () => {
  const clock = settableClock(new Date('2027-03-24T09:00:00Z'));
  let world: World;
  let browser: Browser;
  let march: MadeRound;
  let models_id: CategoryId;
  let edda: Person;
  let emil: Person;
  let mio: Person;
  let mia: Person;
  let vera: Person;
  let wilma: Person;
  let voters: AccountId[];
  const judges: Person[] = [];
  const panels = new Map<string, string>();
  let seat: Visit;
  let silk: string;

  beforeAll(async () => {
    [world, browser] = await Promise.all([
      startWorld({ engine: scriptedEngine(), clock, roles: 'web' }),
      openBrowser(),
    ]);
    edda = await person(world, 'edda', 'editor');
    emil = await person(world, 'emil', 'editor');
    mio = await person(world, 'mio', 'moderator');
    mia = await person(world, 'mia');
    vera = await person(world, 'vera');
    wilma = await person(world, 'wilma');
    for (let number = 0; number < 7; number += 1)
      judges.push(await person(world, `judge-${number}`, 'judge'));
    // each at a machine of their own
    await world.context.db.deleteFrom('campaigns.trace').execute();
    voters = await people(world, 'voter', 13, JOINED);
    for (const id of [...voters, vera.id]) await established(world, id, JOINED);
    const authors = [wilma.id, ...(await people(world, 'author', 11, JOINED))];
    march = await roundIn(world, { slug: 'march', entries: 12, authors, ...MARCH });
    models_id = await modelsEntered();
    await roundIn(world, { slug: 'april', entries: 1, state: 'open', ...APRIL });
    await fundRound(world, march, [march.category_id, models_id], PRIZES);
    for (let done = 1; done > 0; done = await tendVoting(world.context));
    await buy(mia, 'pack-1000');
    silk = await painted(mia);
    seat = await visit(browser, world.url);
  }, 180_000);
  afterAll(async () => {
    await sendHome(browser);
    await world.end();
  });

  test(
    'a member enters what she made, takes it back, and enters it again',
    { timeout: 120_000 },
    async () => {
      const { page } = await seated(mia, '/competitions');
      await page.getByRole('heading', { name: 'Round april' }).waitFor();
      await page.getByRole('link', { name: 'Round april' }).first().click();
      await page.getByRole('link', { name: 'Make something for it' }).click();
      const made_for = page.getByRole('region', { name: 'For a competition' });
      await made_for.getByText('Entries close in').waitFor();
      // what she made stands on the stage, and may be entered from there
      await page.goto(`/create?generation=${silk}&round=april`);
      await settled(page);
      await made_for.getByRole('link', { name: 'Enter', exact: true }).click();
      await page.getByRole('heading', { name: 'Enter: Images' }).waitFor();
      await settled(page);
      await page.getByRole('button', { name: /^golden silk/ }).press('Enter');
      await page.getByLabel('Title').fill('Slow silk');
      await page.getByRole('checkbox', { name: /^I made this/ }).check();
      await page.getByRole('button', { name: 'Enter it' }).click();
      await page.getByText('“Slow silk” is entered.', { exact: false }).waitFor();
      await validateEntries(world.context);
      await page.getByRole('button', { name: 'Withdraw Slow silk' }).click();
      await page.getByRole('button', { name: 'Undo' }).click();
      await page.getByText('“Slow silk” stands again.').waitFor();
      await open(page, '/competitions/mine');
      await page.getByRole('button', { name: 'Withdraw Slow silk' }).waitFor();
      expect(await barriersOn(page, {})).toEqual([]);
    },
  );

  test('another one votes by the keyboard, and not before she looked', { timeout: 120_000 }, async () => {
    const { page } = await seated(vera, '/competitions/march');
    await page.getByRole('link', { name: 'Vote', exact: true }).click();
    await page.getByRole('button', { name: 'Begin' }).press('Enter');
    await page.getByRole('img', { name: 'The first' }).waitFor();
    await page.keyboard.press('ArrowLeft');
    await page.getByText('Look at both pictures first.').first().waitFor();
    const mayChoose = page.locator('[aria-keyshortcuts=ArrowRight][aria-disabled=false]');
    await mayChoose.waitFor();
    expect(await barriersOn(page, {})).toEqual([]);
    for (const [key, cast] of [
      ['ArrowRight', 1],
      ['=', 2],
      ['s', 2],
    ] as const) {
      await mayChoose.waitFor();
      clock.advance(5_000);
      await page.keyboard.press(key);
      await page.getByText(`${cast} of 30 chosen`).waitFor();
    }
    const done = async () => {
      const { cast, skipped } = await vera.api.competitions.getVoting(MARCH_IMAGES);
      return { cast, skipped };
    };
    await expect.poll(done).toEqual({ cast: 2, skipped: 1 });
    // nothing of it says whose the two are, or how anything stands
    expect(await page.getByRole('main').innerText()).not.toMatch(/Secret|author|drift/i);
    // after a reload she is where she was
    await page.reload();
    await page.getByText('2 of 30 chosen').waitFor();
  });

  test('a judge accepts, orders by keyboard and by drag, and commits', { timeout: 120_000 }, async () => {
    for (const judge of judges)
      for (const kind of KINDS) {
        const asked = { slug: 'march', kind, handle: judge.handle };
        const { id } = await edda.api.competitions.createJudge(asked);
        panels.set(`${judge.handle} ${kind}`, id);
      }
    const [one, ...others] = judges;
    if (!one) throw new Error('nobody judges');
    const { page } = await seated(one, '/judging');
    const images = page.getByRole('listitem').filter({ hasText: 'Images, Round march' });
    await images.getByRole('link', { name: 'Answer' }).click();
    await page.getByRole('checkbox', { name: /^I made none of the entries/ }).check();
    await page.getByRole('button', { name: 'I judge', exact: true }).click();
    await page.getByText('The finalists are not known yet').waitFor();
    const accept = { accepted: true, no_conflict: true };
    for (const judge of judges)
      for (const kind of KINDS)
        if (judge !== one || kind !== 'image')
          await judge.api.competitions.createJudgeAnswer({ id: panelOf(judge, kind), ...accept });
    await everybodyVotes();
    clock.set(MARCH.final_at);
    await nowIn(world, march, 'final_round');
    await countUntilDone();

    await page.reload();
    await settled(page);
    const list = page.getByRole('list', { name: 'Finalists, the best first' });
    const order = () =>
      list
        .locator('> li')
        .evaluateAll((lines) => lines.map((line) => /Finalist \d+/.exec(line.textContent)?.[0]));
    const [first, second, third] = await order();
    const handle = (name: string | undefined) =>
      page.getByRole('button', { name: new RegExp(`^Move ${name}, number`) });
    await handle(first).press('ArrowDown');
    await expect.poll(order).toEqual(expect.arrayContaining([second, first]));
    expect((await order()).slice(0, 3)).toEqual([second, first, third]);
    await drag(page, handle(third), handle(second));
    await expect.poll(async () => (await order())[0]).toBe(third);
    await page.getByLabel(`Place of ${first}`, { exact: true }).selectOption('1');
    await expect.poll(async () => (await order()).slice(0, 2)).toEqual([first, third]);
    await page.getByRole('button', { name: `Notes on ${first}`, exact: true }).click();
    await page.getByLabel('Craft').fill('Whole to the edges.');
    await page.getByText(/^Saved/).waitFor();
    expect(await barriersOn(page, {})).toEqual([]);
    // the others follow the ids, and so does she in the end
    const { finalists, ranking } = await one.api.competitions.getPanel({ id: panelOf(one) });
    expect(ranking?.notes[ranking.order[0] ?? '']).toEqual({ craft: 'Whole to the edges.' });
    expect(finalists).toHaveLength(12);
    await page.getByRole('button', { name: 'Commit my ranking' }).click();
    await page.getByRole('button', { name: 'Commit', exact: true }).click();
    await page.getByText('It is revealed by itself once nobody can commit any more.').waitFor();
    for (const judge of others) await commits(judge, 'image', idsOf(march.entries));
    const { finalists: models } = await one.api.competitions.getPanel({ id: panelOf(one, 'models') });
    const ordered = models.map(({ entry_id }) => entry_id).toSorted();
    for (const judge of judges) await commits(judge, 'models', ordered);
    await everybodyVotes();
  });

  test('everybody sees who won, and counts it again', { timeout: 120_000 }, async () => {
    clock.set(MARCH.tally_at);
    await nowIn(world, march, 'tally');
    await countUntilDone();
    // a visitor, who has no account
    await seat.context.clearCookies();
    const { page } = seat;
    await open(page, '/competitions');
    await page.getByRole('link', { name: 'Results' }).first().click();
    await page.getByText('Provisional', { exact: true }).first().waitFor();
    const models = page.getByRole('region', { name: 'Models', exact: true });
    expect(await placesIn(models)).toEqual(['1st', '2nd', '3rd']);
    await models.getByRole('button', { name: 'Recount it' }).click();
    await models.getByText('The same winners, to the last digit.').waitFor();

    await seated(vera, '/competitions/march/results');
    const images = page.getByRole('region', { name: 'Images', exact: true });
    expect(await placesIn(images)).toEqual(['1st', '2nd', '3rd', '4th', '5th']);
    await images.getByRole('button', { name: 'Recount it' }).click();
    await images.getByText('The same winners, to the last digit.').waitFor();
    await images.getByRole('heading', { name: 'My ballots' }).click();
    // the pair that she left open is one of them: it counts as skipped
    await images.getByText(/^4 of 4 ballots lie in the published tree/).waitFor();
    await images.getByRole('heading', { name: 'The judges' }).click();
    await images.getByRole('heading', { name: 'How the finalists stood' }).click();
    expect(await barriersOn(page, {})).toEqual([]);
    await page.getByRole('button', { name: 'Dispute the results' }).click();
    await page.getByLabel('What is wrong').fill('The second place is a copy.');
    await page.getByRole('button', { name: 'Dispute them' }).click();
    await page.getByText('by you').waitFor();
    await open(page, '/competitions/winners');
    expect(await page.getByRole('article').count()).toBe(8);
    expect(await barriersOn(page, {})).toEqual([]);
  });

  test(
    'a moderator decides it and takes a winner out, and the sixth moves up',
    { timeout: 120_000 },
    async () => {
      const before = await standings();
      const [, second, , , , sixth] = before;
      const { page } = await seated(mio, '/competitions');
      await page.getByRole('button', { name: /^Account of/ }).click();
      await page.getByRole('menuitem', { name: 'Integrity of rounds' }).click();
      await page.getByRole('heading', { name: 'Integrity of rounds' }).waitFor();
      await page.getByRole('link', { name: /^Round march/ }).click();
      await page.getByText('The second place is a copy.').waitFor();
      await page.getByLabel('Decision and why').fill('It is a copy, as the record of its making shows.');
      await page.getByRole('button', { name: 'Uphold it' }).click();
      await page.getByText('Upheld', { exact: true }).waitFor();
      await page.getByRole('button', { name: `Disqualify ${second}`, exact: true }).click();
      await page.getByLabel('In a sentence').fill('It was made from a picture of somebody else.');
      await page.getByRole('button', { name: 'Disqualify it' }).click();
      await page.getByRole('dialog').waitFor({ state: 'detached' });
      await countUntilDone();
      await open(page, '/competitions/march/results');
      await page.getByText('It was made from a picture of somebody else.').first().waitFor();
      const after = await standings();
      expect(after.slice(0, 5)).toEqual(before.filter((title) => title !== second).slice(0, 5));
      const images = page.getByRole('region', { name: 'Images', exact: true });
      await images.getByRole('article').getByText(`${sixth}`, { exact: true }).waitFor();
      expect(await images.getByRole('article').getByText(`${second}`, { exact: true }).count()).toBe(0);
    },
  );

  test('two people confirm, and the winner takes what she is owed', { timeout: 120_000 }, async () => {
    const { disputes_until } = await vera.api.competitions.getResults({ slug: 'march' });
    clock.set(new Date(disputes_until ?? ''));
    const { page } = seat;
    for (const editor of [edda, emil]) {
      await seated(editor, '/competitions/march/results');
      await page.getByRole('button', { name: 'Confirm the results' }).click();
      await page.getByRole('button', { name: 'I confirm them' }).click();
      await page.getByRole('dialog').waitFor({ state: 'detached' });
    }
    await page.getByText('Final', { exact: true }).waitFor();
    await seated(wilma, '/competitions/march');
    await page.getByRole('button', { name: /^Account of/ }).click();
    await page.getByRole('menuitem', { name: 'My competitions' }).click();
    await page.getByText('To be accepted').waitFor();
    await page.getByRole('button', { name: 'Accept', exact: true }).click();
    await page.getByText('Accepted', { exact: true }).first().waitFor();
    await page.getByText('Kept for you until').waitFor();
    expect(await barriersOn(page, {})).toEqual([]);
    const { items } = await wilma.api.competitions.listMyAwards({});
    expect(items).toMatchObject([{ state: 'accepted', place: 1, amount_nanos: String(PRIZES[0]) }]);
    expect(seat.troubles).toEqual([]);
  });

  async function seated(who: Person, address: string): Promise<Visit> {
    await takeSeat(seat.context, world.url, who);
    await open(seat.page, address);
    await settled(seat.page);
    return seat;
  }
  const panelOf = (judge: Person, kind: Kind = 'image') => panels.get(`${judge.handle} ${kind}`) ?? '';
  const idsOf = (entries: readonly { id: string }[]) => entries.map(({ id }) => id);
  const placesIn = (category: Locator) =>
    category.getByText(/^\d(st|nd|rd|th)$/).evaluateAll((marks) => marks.map((mark) => mark.textContent));
  /** Titles of pictures that stand, the best first. */
  async function standings(): Promise<string[]> {
    const { categories } = await vera.api.competitions.getResults({ slug: 'march' });
    const images = categories.find(({ kind }) => kind === 'image');
    return (images?.finalists ?? []).filter(({ out }) => out === null).map(({ work }) => work.title);
  }
  async function commits(judge: Person, kind: Kind, ranking: string[]): Promise<void> {
    const id = panelOf(judge, kind);
    await judge.api.competitions.updateRanking({ id, version: 0, order: ranking, notes: {} });
    const digest = panelCommitment({ judge: id, ranking, salt: sha256Hex(notesText({}, SALT)) });
    await judge.api.competitions.createRankingCommitment({ id, digest, salt: SALT });
  }
  async function countUntilDone(): Promise<void> {
    for (let steps = 1; steps > 0; steps = await countCategories(world.context));
  }
  /** As often as they may: the entry that was made first is the better one, and now and then somebody errs. */
  async function everybodyVotes(): Promise<void> {
    const rank = (id: string) => march.entries.findIndex((entry) => entry.id === id);
    for (let cast = 0; ;) {
      const given = await Promise.all(
        voters.map((id) => assignPair(world.context, id, MARCH_IMAGES).catch(() => null)),
      );
      clock.advance(3_000);
      const casts = given.flatMap((pair, place) => {
        if (!pair) return [];
        const { id, left_entry, right_entry, damaged } = pair.given;
        const better = rank(left_entry) < rank(right_entry) ? 'left' : 'right';
        const errs = (cast + place * 7) % 9 === 0;
        const choice = damaged ? other(damaged) : errs ? other(better) : better;
        return [{ id, person_id: voters[place] ?? vera.id, choice, at: clock.now() } as const];
      });
      if (casts.length === 0) return;
      await world.context.database.inTransaction((tx) => competitions.insertBallots(tx, casts));
      cast += casts.length;
    }
  }
  const other = (side: 'left' | 'right'): 'left' | 'right' => (side === 'left' ? 'right' : 'left');
  async function drag(page: Page, from: ReturnType<Page['locator']>, to: ReturnType<Page['locator']>) {
    await from.scrollIntoViewIfNeeded();
    const [a, b] = [await from.boundingBox(), await to.boundingBox()];
    if (!a || !b) throw new Error('there is nothing to drag');
    await page.mouse.move(a.x + a.width / 2, a.y + a.height / 2);
    await page.mouse.down();
    await page.mouse.move(b.x + b.width / 2, b.y + 2, { steps: 6 });
    await page.mouse.up();
  }
  async function painted(who: Person): Promise<string> {
    const { id } = await start(who, { release_id: await releaseOf(who), input: SMALL });
    await runNext(world.context, 'embedded', 'the runner', new AbortController().signal);
    await settleDelivered(world.context);
    return id;
  }
  /** Three models of three people. */
  async function modelsEntered(): Promise<CategoryId> {
    const releases = await world.context.db
      .selectFrom('registry.release')
      .distinctOn('model_id')
      .select(['model_id', 'id'])
      .orderBy('model_id')
      .limit(3)
      .execute();
    const makers = await people(world, 'maker', 3, JOINED);
    const entered = await Promise.all(
      releases.map(({ model_id, id: release_id }, place) =>
        enteredModel(world, march, makers[place] ?? vera.id, { model_id, release_id }, MARCH.opens_at),
      ),
    );
    return present(entered[0], 'a model').category_id;
  }
});
