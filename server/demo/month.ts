import { EMBEDDED_POOL } from '#api/registry/binding.ts';
import type { Context } from '../context.ts';
import { buyPack } from '../flows/buy-pack.ts';
import { cancelGeneration } from '../flows/cancel-generation.ts';
import { followCreator } from '../flows/follow-creator.ts';
import { signUp } from '../flows/sign-up.ts';
import { startGeneration } from '../flows/start-generation.ts';
import { type AccountId, asId, type ReleaseId } from '../ids.ts';
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
import { openDesk } from './desk.ts';
import { gatherPeople } from './gatherings.ts';
import { ANY_PROMPTS, MEMBERS, PROMPTS, SMALL } from './people.ts';
import { bookPlaces, lookAround } from './places.ts';
import { enterRounds, planRounds, repeatRounds } from './rounds.ts';
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

/** Lets a month happen between `from` and `to`: the product's own acts, at the times when they would have happened. */
export async function liveThroughAMonth(
  context: Context,
  clock: Clock,
  span: { from: Date; to: Date },
  password: string,
  say: (what: string) => void,
) {
  const luck = chance(SEED);
  const length = span.to.getTime() - span.from.getTime();
  const moment = (part: number) => new Date(span.from.getTime() + Math.floor(length * part));

  say('members sign up, follow creators and buy credits');
  const people: Person[] = [];
  for (const [index, member] of MEMBERS.entries()) {
    clock.set(moment(0.01 + index * 0.002));
    people.push(await join(context, member, password));
  }
  const cards = await modelList(context, {}, 'newest');
  const creators = [...new Set(cards.map((card) => card.creator.handle))];
  for (const person of people)
    for (const handle of creators)
      if (luck.next() < 0.6) await followCreator(context, person.id, handle, true);
  for (const [index, person] of people.entries()) {
    clock.set(moment(0.04 + index * 0.001));
    if (person.keen > 1)
      await buyPack(context, person.id, {
        key: `demo-pack-${index}`,
        pack: packFor(person),
        payment: 'test',
      });
  }

  await planCampaigns(context, span);
  await planRounds(context, span);
  await hearNews(context);
  await bookPlaces(context, span);
  const members = people.map(({ id }) => id);
  const desk = openDesk(context, clock, span);
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
  await enterRounds(context, members);
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

async function join(context: Context, member: (typeof MEMBERS)[number], password: string): Promise<Person> {
  const { email, display_name, likes, keen } = member;
  const known = await identity.accountByEmail(context.db, email);
  const account =
    known ??
    (await signUp(context, identity.nobody, { email, display_name, password }, { user_agent: 'demo' }))
      .account;
  return { id: account.id, likes, keen };
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
