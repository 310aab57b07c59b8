/** A place in a file where people are told something. */
export type Sentence = {
  /** As a translator reads it: `{0}` is a value, `<0>words</0>` are words within a tag, `<0/>` is a piece of the page. */
  text: string;
  /** What is counted has a form for several. */
  many?: string;
  start: number;
  end: number;
  written: 'markup' | 'attribute' | 'string' | 'template' | 'count';
  /** What the numbers stand for. */
  holes: Hole[];
};

/** A piece of the source that stays as it is; `inner` lies between its tags, and its words are the sentence's. */
export type Hole = { start: number; end: number; inner?: { start: number; end: number } };

/** The words of something counted are no sentence of their own, and English has the same word for both. */
export const contextOf = ({ written }: Pick<Sentence, 'written'>) => (written === 'count' ? 'counted' : '');

export type Token =
  { is: 'words'; words: string } | { is: 'value' | 'piece' | 'opens' | 'closes'; hole: number };

const MARK = /\{(\d+)\}|<(\d+)\/>|<(\d+)>|<\/(\d+)>/g;

export function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  for (const match of text.matchAll(MARK)) {
    if (match.index > at) tokens.push({ is: 'words', words: text.slice(at, match.index) });
    const [whole, value, piece, opens, closes] = match;
    if (value) tokens.push({ is: 'value', hole: Number(value) });
    if (piece) tokens.push({ is: 'piece', hole: Number(piece) });
    if (opens) tokens.push({ is: 'opens', hole: Number(opens) });
    if (closes) tokens.push({ is: 'closes', hole: Number(closes) });
    at = match.index + whole.length;
  }
  if (at < text.length) tokens.push({ is: 'words', words: text.slice(at) });
  return tokens;
}

/** Why a translation cannot take the place of the sentence; null if it can. */
export function troubleWith(text: string, translation: string): string | null {
  const marks = (of: string) =>
    tokensOf(of)
      .map((token) => (token.is === 'words' ? '' : `${token.is} ${token.hole}`))
      .filter((mark) => mark !== '')
      .sort()
      .join(', ');
  if (marks(text) !== marks(translation)) return 'its {0}, <0>…</0> and <0/> are not those of the sentence';
  const open: number[] = [];
  for (const token of tokensOf(translation)) {
    if (token.is === 'opens') open.push(token.hole);
    if (token.is === 'closes' && open.pop() !== token.hole)
      return 'its <0>…</0> do not lie one within the other';
  }
  return null;
}
