/**
 * What the server says in whole sentences, in the language of the page: why a button cannot be pressed, what an act
 * would lead to, what is wrong with a field. They come in English, and are exchanged where answers come in. In the
 * English build there is nothing to exchange, and answers are passed on as they are.
 */
import type { ApiClient } from './api-types.ts';
import { told } from './texts/told.ts';

/** Where answers have sentences of ours; elsewhere people may have written the same. */
const SAID = new Set(['why', 'says', 'not_shown', 'announced', 'message']);

const HOLE = /\{(\d+)\}/g;
const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
const wordsIn = (text: string) => text.replace(HOLE, '');

/** Exchanges a sentence for its translation, and what stands in it if that is a sentence too. */
export function exchangeBy(sentences: Record<string, string>): (sentence: string) => string {
  const whole = new Map(Object.entries(sentences));
  // what stands around the values tells one from another, so the longest is tried first
  const patterns = Object.entries(sentences)
    .filter(([text]) => wordsIn(text) !== text)
    .sort(([one], [other]) => wordsIn(other).length - wordsIn(one).length)
    .map(([text, said]) => ({
      reads: new RegExp(
        `^${text
          .split(/\{\d+\}/)
          .map(escaped)
          .join('(.+?)')}$`,
        's',
      ),
      holes: [...text.matchAll(HOLE)].map(([hole]) => hole),
      said,
    }));
  return function exchanged(sentence: string): string {
    const exact = whole.get(sentence);
    if (exact !== undefined) return exact;
    for (const { reads, holes, said } of patterns) {
      const [, ...values] = reads.exec(sentence) ?? [];
      if (values.length > 0)
        return said.replace(HOLE, (hole) => exchanged(values[holes.indexOf(hole)] ?? ''));
    }
    return sentence;
  };
}

const isPlain = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;

/** The same answer with its sentences exchanged. */
export function asTold(answer: unknown, exchange: (sentence: string) => string, isSaid = false): unknown {
  if (typeof answer === 'string') return isSaid ? exchange(answer) : answer;
  if (Array.isArray(answer)) return answer.map((each) => asTold(each, exchange, isSaid));
  if (!isPlain(answer)) return answer;
  const entries = Object.entries(answer);
  return Object.fromEntries(entries.map(([name, value]) => [name, asTold(value, exchange, SAID.has(name))]));
}

const named = (of: object, make: (name: string) => unknown) =>
  new Proxy(of, { get: (_, name) => (typeof name === 'string' ? make(name) : undefined) });

const exchange = exchangeBy(told);

/** A client whose answers and refusals speak the language of the page. */
export function heard(api: ApiClient): ApiClient {
  if (Object.keys(told).length === 0) return api;
  const callOf =
    (domain: string, name: string) =>
    async (...args: unknown[]): Promise<unknown> => {
      const call: unknown = Reflect.get(Reflect.get(api, domain), name);
      if (typeof call !== 'function') throw new TypeError(`there is no ${domain}.${name}`);
      try {
        return asTold(await Reflect.apply(call, undefined, args), exchange);
      } catch (thrown) {
        if (thrown instanceof Error && 'data' in thrown) thrown.data = asTold(thrown.data, exchange);
        throw thrown;
      }
    };
  return named({}, (domain) => named({}, (name) => callOf(domain, name))) as ApiClient;
}
