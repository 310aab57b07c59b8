/** What an alert says, made of what it knows. */
import { count, dayOf, LANGUAGE, number } from '../language.ts';
import { failureName } from './group-words.ts';
import type { Alert, AlertNews } from './shapes.ts';

type Words = { title: string; why: string };
type Told = Pick<Alert, 'model'> & { news: AlertNews };

export function alertWords({ model, news }: Told): Words {
  const name = model?.title ?? '';
  switch (news.code) {
    case 'unpaid':
      return {
        title: `${name} is used and earns you nothing`,
        why: sentences(
          `${count(news.generations, 'generation')} in ${count(news.days, 'day')}.`,
          news.because && unpaid[news.because],
        ),
      };
    case 'failing':
      return {
        title: `${name} fails often`,
        why: sentences(
          `${number(news.failed)} of ${number(news.ended)} failed within a day.`,
          news.most && `Most often: “${failureName(news.most)}”.`,
        ),
      };
    case 'waiting':
      return {
        title: `No runner takes ${name} in time`,
        why: `${number(news.expired)} of ${number(news.ended)} waited until they expired within a day, and nobody paid for them.`,
      };
    case 'slow':
      return {
        title: `${name} runs slowly`,
        why: `Half of its runs took ${seconds(news.now_ms)} or more within a day; in the week before it was ${seconds(news.before_ms)}.`,
      };
    case 'held':
      return {
        title: 'Some of your earnings are set aside',
        why: sentences(held[news.about], `${count(news.generations, 'generation')}.`),
      };
    case 'terms':
      return {
        title: `New terms from ${dayOf(news.from)}`,
        why: `Version ${news.version} gives creators ${number(news.share_ppm / 10_000)} % of the price. Read what changes, and accept it or stay with yours.`,
      };
    case 'terms_end':
      return {
        title: news.is_over ? `${name} rests` : `The terms of ${name} run out on ${dayOf(news.on)}`,
        why: `It goes by version ${news.version}, which was replaced. Without a newer one nothing begins with it after that day.`,
      };
    case 'prices':
      return {
        title: `New prices from ${dayOf(news.from)}`,
        why: `Price list ${news.version} was announced. What begins before that day is charged by the one that holds now.`,
      };
  }
}

type Unpaid = NonNullable<Extract<AlertNews, { code: 'unpaid' }>['because']>;
const unpaid: Record<Unpaid, string> = {
  related: 'All of them were made by people with a part in it, and those pay nobody but the platform.',
  no_share: 'Your agreement gives its creators no part of the price.',
  no_part: 'Its split gives you no part of what it earns.',
  too_little:
    'Your part of each was less than a millionth of a credit, or went to the owners of its parents.',
};

const held: Record<Extract<AlertNews, { code: 'held' }>['about'], string> = {
  claim: 'Somebody says that what it is of is theirs. It waits until that is decided.',
  dispute: 'Somebody disputes the payment behind it. It waits until that is decided.',
  review: 'Finance looks into the generations that it is of. It waits until that is decided.',
};

const sentences = (...some: (string | null)[]) => some.filter(Boolean).join(' ');
const SHORT_MS = 10_000;
/** 1500 -> "1.5 s" */
const seconds = (ms: number) => {
  const digits = ms < SHORT_MS ? 1 : 0;
  const shown = new Intl.NumberFormat(LANGUAGE, {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
  return `${shown.format(ms / 1000)} s`;
};
