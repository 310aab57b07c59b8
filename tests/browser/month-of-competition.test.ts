import { canonical, panelCommitment, sha256Hex } from '@stellary/judging';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { notesText } from '#api/competitions/notes-text.ts';
import { assignPair } from '../../server/flows/assign-pair.ts';
import { countCategories } from '../../server/flows/count-categories.ts';
import { prizeEscrowFunded } from '../../server/flows/postings/index.ts';
import { tendVoting } from '../../server/flows/tend-voting.ts';
import { validateEntries } from '../../server/flows/validate-entries.ts';
import type { AccountId } from '../../server/ids.ts';
import { settableClock } from '../../server/kit/clock.ts';
import * as competitions from '../../server/modules/competitions/index.ts';
import * as ledger from '../../server/modules/ledger/index.ts';
import { runNext } from '../../server/roles/runner.ts';
import { settleDelivered } from '../../server/roles/worker.ts';
import { buy, releaseOf, SMALL, start } from '../acts.ts';
import { established, type MadeRound, nowIn, people, roundIn } from '../competitions.ts';
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
const RULES = canonical({ judging: { judge: 'stellar-judge/1', ties: 'lots', samples: 20 }, title: 'March' });
const SALT = 'ab'.repeat(32);
const MARCH_IMAGES = { slug: 'march', category: 'image' } as const;

describe.skipIf(browserPath === undefined)('a month of competition', () => {
  const clock = settableClock(new Date('2027-03-24T09:00:00Z'));
  let world: World;
  let browser: Browser;
  let march: MadeRound;
  let edda: Person;
  let mia: Person;
  let vera: Person;
  let voters: AccountId[];
  const judges: Person[] = [];
  const panels = new Map<Person, string>();
  let seat: Visit;

  beforeAll(async () => {
    [world, browser] = await Promise.all([
      startWorld({ engine: scriptedEngine(), clock, roles: 'web' }),
      openBrowser(),
    ]);
    edda = await person(world, 'edda', 'editor');
    mia = await person(world, 'mia');
    vera = await person(world, 'vera');
    for (let number = 0; number < 7; number += 1)
      judges.push(await person(world, `judge-${number}`, 'judge'));
    // each at a machine of their own
    await world.context.db.deleteFrom('campaigns.trace').execute();
    voters = await people(world, 'voter', 13, JOINED);
    for (const id of [...voters, vera.id]) await established(world, id, JOINED);
    march = await roundIn(world, { slug: 'march', entries: 12, ...MARCH });
    await roundIn(world, { slug: 'april', entries: 1, state: 'open', ...APRIL });
    await funded();
    for (let done = 1; done > 0; done = await tendVoting(world.context));
    await buy(mia, 'pack-1000');
    await painted(mia);
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
      await page.getByRole('link', { name: 'Enter', exact: true }).click();
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
    for (const judge of judges) {
      const { id } = await edda.api.competitions.createJudge({
        slug: 'march',
        kind: 'image',
        handle: judge.handle,
      });
      panels.set(judge, id);
    }
    const [one, ...others] = judges;
    if (!one) throw new Error('nobody judges');
    const { page } = await seated(one, '/judging');
    await page.getByRole('link', { name: 'Answer' }).click();
    await page.getByRole('checkbox', { name: /^I made none of the entries/ }).check();
    await page.getByRole('button', { name: 'I judge', exact: true }).click();
    await page.getByText('The finalists are not known yet').waitFor();
    for (const judge of others)
      await judge.api.competitions.createJudgeAnswer({
        id: panelOf(judge),
        accepted: true,
        no_conflict: true,
      });
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
    for (const judge of others) await commits(judge);
    await everybodyVotes();
  });

  test('everybody sees the results, and counts them again', { timeout: 120_000 }, async () => {
    clock.set(MARCH.tally_at);
    await nowIn(world, march, 'tally');
    await countUntilDone();
    const { page } = await seated(vera, '/competitions/march/results');
    await page.getByText('Provisional', { exact: true }).first().waitFor();
    expect(await page.getByRole('article').count()).toBe(5);
    await page.getByRole('button', { name: 'Recount it' }).click();
    await page.getByText('The same winners, to the last digit.').waitFor();
    await page.getByRole('heading', { name: 'My ballots' }).click();
    // the pair that she left open is one of them: it counts as skipped
    await page.getByText(/^4 of 4 ballots lie in the published tree/).waitFor();
    await page.getByRole('heading', { name: 'The judges' }).click();
    await page.getByRole('heading', { name: 'How the finalists stood' }).click();
    expect(await barriersOn(page, {})).toEqual([]);
    await page.getByRole('button', { name: 'Dispute the results' }).click();
    await page.getByLabel('What is wrong').fill('The second place is a copy.');
    await page.getByRole('button', { name: 'Dispute them' }).click();
    await page.getByText('by you').waitFor();
    await open(page, '/competitions/winners');
    expect(await page.getByRole('article').count()).toBe(5);
    expect(await barriersOn(page, {})).toEqual([]);
    expect(seat.troubles).toEqual([]);
  });

  async function seated(who: Person, address: string): Promise<Visit> {
    await takeSeat(seat.context, world.url, who);
    await open(seat.page, address);
    await settled(seat.page);
    return seat;
  }
  const panelOf = (judge: Person) => panels.get(judge) ?? '';
  async function commits(judge: Person): Promise<void> {
    const id = panelOf(judge);
    const ranking = march.entries.map((entry) => entry.id);
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
  async function painted(who: Person): Promise<void> {
    await start(who, { release_id: await releaseOf(who), input: SMALL });
    await runNext(world.context, 'embedded', 'the runner', new AbortController().signal);
    await settleDelivered(world.context);
  }
  async function funded(): Promise<void> {
    const funded_nanos = PRIZES.reduce((sum, prize) => sum + prize);
    await world.context.database.inTransaction(async (tx) => {
      await tx
        .updateTable('competitions.round')
        .set({ rules_text: RULES, rules_digest: sha256Hex(RULES), funded_nanos })
        .where('id', '=', march.id)
        .execute();
      await tx
        .insertInto('competitions.prize')
        .values(
          PRIZES.map((amount_nanos, at) => ({ category_id: march.category_id, place: at + 1, amount_nanos })),
        )
        .execute();
      await ledger.post(tx, prizeEscrowFunded(march.id, funded_nanos), clock.now());
    });
  }
});
