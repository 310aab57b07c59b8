import { EMBEDDED_POOL } from '#api/registry/binding.ts';
import type { Context } from '../context.ts';
import { buyPack } from '../flows/buy-pack.ts';
import { cancelGeneration } from '../flows/cancel-generation.ts';
import { changeRole } from '../flows/change-role.ts';
import { followCreator } from '../flows/follow-creator.ts';
import { signUp } from '../flows/sign-up.ts';
import { startGeneration } from '../flows/start-generation.ts';
import { type AccountId, asId, type ReleaseId } from '../ids.ts';
import { present } from '../kit/assert.ts';
import type { settableClock } from '../kit/clock.ts';
import { deliver, register } from '../kit/outbox.ts';
import * as identity from '../modules/identity/index.ts';
import type { PackSlug } from '../offers.ts';
import { runNext } from '../roles/runner.ts';
import { settleDelivered } from '../roles/worker.ts';
import { subscribers } from '../subscribers/index.ts';
import { modelList } from '../views/models.ts';
import { planCampaigns, takePart } from './campaigns.ts';
import { type Chance, chance } from './chance.ts';
import { gather, showSomething } from './community.ts';
import { playRounds } from './contest.ts';
import { openDesk } from './desk.ts';
import { gatherPeople } from './gatherings.ts';
import { ANY_PROMPTS, JUDGES, MEMBERS, PROMPTS, SMALL, VOTERS } from './people.ts';
import { bookPlaces, lookAround } from './places.ts';
import { enterRounds, fundPrizes, OPEN, planRounds, repeatRounds } from './rounds.ts';
import { putShowcasesTogether } from './showcases.ts';

const GENERATIONS = 140;
const SEED = 20261122;
/** Shares of what people make; films take longest to run. */
const MODALITIES = ['image', 'image', 'image', 'image', 'image', 'image', 'music', 'music', 'video'] as const;
const CANCELLED_ONE_IN = 20;
/** The first campaign runs by then. */
const TAKING_PART_AT = 30;

type Clock = ReturnType<typeof settableClock>;
type Person = { id: AccountId; likes: readonly string[]; keen: number };

/**
 * Lets a month happen between `from` and `to`: the product's own acts, at the times when they would have happened. People
 * joined between `since` and `from`.
 */
export async function liveThroughAMonth(
  context: Context,
  clock: Clock,
  span: { since: Date; from: Date; to: Date },
  password: string,
  say: (what: string) => void,
) {
  const luck = chance(SEED);
  const length = span.to.getTime() - span.from.getTime();
  const moment = (part: number) => new Date(span.from.getTime() + Math.floor(length * part));

  say('members sign up, follow creators and buy credits');
  const people: Person[] = [];
  const before_ms = span.from.getTime() - span.since.getTime();
  for (const [index, member] of MEMBERS.entries()) {
    clock.set(new Date(span.since.getTime() + Math.floor(before_ms * (0.004 + index * 0.001))));
    people.push({ ...member, id: await join(context, member, password) });
  }
  const voters = await joinAll(context, VOTERS, password);
  const judges = await findJudges(context, password);
  const cards = await modelList(context, {}, 'newest');
  const creators = [...new Set(cards.map((card) => card.creator.handle))];
  for (const person of people)
    for (const handle of creators)
      if (luck.next() < 0.6) await followCreator(context, person.id, handle, true);
  for (const [index, person] of people.entries()) {
    clock.set(moment(0.04 + index * 0.001));
    const pack = packFor(person);
    await buyPack(context, person.id, { key: `demo-pack-${index}`, pack, payment: 'test' });
  }
  for (const [index, id] of voters.entries())
    await buyPack(context, id, { key: `demo-voter-${index}`, pack: 'pack-1000', payment: 'test' });

  await planCampaigns(context, span);
  await fundPrizes(context);
  const planned = await planRounds(context, span);
  await hearNews(context);
  await bookPlaces(context, span);
  const members = people.map(({ id }) => id);
  const house = await Promise.all(creators.map((handle) => identity.accountByHandle(context.db, handle)));
  const makers = house.flatMap((account) => account?.id ?? []);
  const stage = {
    context,
    clock,
    luck: chance(SEED + 1),
    password,
    members,
    voters,
    judges,
    creators: makers,
  };
  const desk = openDesk(context, clock, span, playRounds(stage, planned, span));
  for (let index = 0; index < GENERATIONS; index += 1) {
    const part = 0.06 + (0.94 * (index + luck.next() * 0.9)) / GENERATIONS;
    await desk.until(moment(Math.min(part, 0.999)));
    await generateOne(context, clock, luck, people, cards, index);
    if (index % 3 === 2) await showSomething(context, luck, members);
    if (index % 2 === 1) await lookAround(context, luck, members);
    if (index % 10 === 9) await hearNews(context);
    if (index === TAKING_PART_AT) await takePart(context, members.slice(0, 5));
    if (index % 20 === 19) say(`${index + 1} of ${GENERATIONS} generations`);
  }
  await desk.until(span.to);
  await takePart(context, members.slice(2));
  await gather(context, luck, members);
  await putShowcasesTogether(context);
  say('members enter the round of the month');
  if (planned.includes(OPEN)) await enterRounds(context, members);
  await repeatRounds(context);
  await gatherPeople(context, members, password);
  await hearNews(context);
  await lookAround(context, luck, members);
}

/** What was done reaches whoever hears of it: lists, notifications, what followed from featured places. */
async function hearNews(context: Context): Promise<void> {
  for (const subscriber of subscribers) {
    await register(context.database, subscriber);
    while ((await deliver(context.database, subscriber)) > 0);
  }
}

type Newcomer = { email: string; display_name: string };

/** Somebody who opens an account and confirms their address, unless they are there already. */
async function join(
  context: Context,
  { email, display_name }: Newcomer,
  password: string,
): Promise<AccountId> {
  const known = await identity.accountByEmail(context.db, email);
  const wanted = { email, display_name, password };
  const account = known ?? (await signUp(context, identity.nobody, wanted, { user_agent: 'demo' })).account;
  const purpose = 'email_verification';
  await context.database.inTransaction(async (tx) => {
    const at = context.clock.now();
    const token = await identity.makeLink(tx, { purpose, account_id: account.id }, at);
    await identity.confirmEmail(tx, present(await identity.useLink(tx, { purpose, token }, at), email), at);
  });
  return account.id;
}

async function joinAll(context: Context, people: readonly Newcomer[], password: string) {
  const ids: AccountId[] = [];
  for (const person of people) ids.push(await join(context, person, password));
  return ids;
}

/** An admin makes some people judges, beside the one who is one already. */
async function findJudges(context: Context, password: string): Promise<AccountId[]> {
  const accountOf = async (email: string) =>
    present(await identity.accountByEmail(context.db, email), email).id;
  const admin = await accountOf('admin@demo.example');
  const judges = await joinAll(context, JUDGES, password);
  for (const account_id of judges)
    await changeRole(context, admin, { do: 'grant', account_id, role: 'judge' });
  return [await accountOf('judge@demo.example'), ...judges];
}

const packFor = ({ keen }: Person): PackSlug =>
  keen > 4 ? 'pack-5000' : keen > 2 ? 'pack-3000' : 'pack-1000';

async function generateOne(
  context: Context,
  clock: Clock,
  luck: Chance,
  people: readonly Person[],
  cards: Awaited<ReturnType<typeof modelList>>,
  index: number,
) {
  const modality = luck.pick(MODALITIES);
  const fans = people
    .filter(({ likes }) => likes.includes(modality))
    .flatMap((person) => Array<Person>(person.keen).fill(person));
  const choices = cards.filter((card) => card.modality === modality && card.release_id);
  if (choices.length === 0) return;
  const payer = luck.pick(fans);
  const card = luck.pick(choices);
  const prompt = luck.pick(PROMPTS[card.slug] ?? ANY_PROMPTS);
  const input = { prompt, seed: luck.below(1_000_000), ...(SMALL[card.slug] ?? SMALL[modality]) };
  const id = await startGeneration(context, payer.id, {
    key: `demo-generation-${index}`,
    release_id: asId<ReleaseId>(card.release_id ?? ''),
    input,
    spend_first: luck.next() < 0.7 ? 'promo' : 'paid',
  });
  if (luck.below(CANCELLED_ONE_IN) === 0) {
    clock.advance(1_500);
    await cancelGeneration(context, payer.id, id);
    return;
  }
  const started = performance.now();
  const running = runNext(context, EMBEDDED_POOL, 'demo', new AbortController().signal);
  const tick = setInterval(() => clock.advance(100), 100);
  await running.finally(() => clearInterval(tick));
  clock.advance(Math.max(0, 20 - (performance.now() - started)));
  await settleDelivered(context);
}
