/** In which of the languages that there are somebody reads: the one that they chose, else the first that they ask for. */
export function languageFor(
  asked: { chosen: string | undefined; accepted: string | undefined },
  there: readonly [string, ...string[]],
): string {
  const { chosen, accepted = '' } = asked;
  if (chosen !== undefined && there.includes(chosen)) return chosen;
  for (const range of rangesOf(accepted)) {
    if (range === '*') break;
    const found = there.find((language) => language.toLowerCase() === range) ?? lessExact(range, there);
    if (found) return found;
  }
  return there[0];
}

/** "de-CH, fr;q=0.8, en;q=0" -> de-ch, fr: what is wanted most comes first. */
const rangesOf = (accepted: string): string[] =>
  accepted
    .split(',', RANGES_MAX)
    .map((part) => {
      const [range = '', ...parameters] = part.split(';').map((piece) => piece.trim().toLowerCase());
      const weight = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2);
      return { range, weight: weight === undefined ? 1 : Number(weight) };
    })
    .filter(({ range, weight }) => range !== '' && weight > 0)
    .sort((one, other) => other.weight - one.weight)
    .map(({ range }) => range);

/** No browser sends more, and who sends a thousand waits for nothing. */
const RANGES_MAX = 20;

/** Who asks for the German of Switzerland reads German too. */
function lessExact(range: string, there: readonly string[]): string | undefined {
  const end = range.lastIndexOf('-');
  if (end < 0) return undefined;
  const shorter = range.slice(0, end);
  return there.find((language) => language.toLowerCase() === shorter) ?? lessExact(shorter, there);
}
