/**
 * What of all that stands in quotes is said to people. In markup every word is. In a script it is what looks like a
 * sentence or a name: it begins with a capital letter, or has several words.
 */
const WORD = /\p{L}{2,}|\b[aI]\b/u;

/** What machines read: addresses, kinds of files, names of headers, settings, rules. */
const CODE = [
  /^[/#.@?&%<]/,
  /:\/\//,
  /^[\w-]+\/[\w.+*-]+(;|$)/,
  /(^|[^\s])=[^\s]/,
  /^[A-Z][a-z]+(-[A-Z][a-z]+)+$/,
  /^[\p{Lu}\d_]*_[\p{Lu}\d_]*$/u,
  /^[a-z]+[A-Z]\w*$/,
  /^(?:[A-Z][a-z]+){2,}$/,
  /^\w+(\.\w+)+$/,
  /^[\w-]+:[\w-]/,
  /(^|\s)--\w|\b(frame|script|connect)-src\b/,
  /\bno-store\b|\bmax-age\b|\dpx\b| px\b/,
  /[{}]|\\|=>|\bvar\(|^\(.*:.*\)$/,
];
/** The words of style sheets: some only beside others, for they are words of English too. */
const STYLE =
  /^(?:[a-z-]+:)*-?(?:m|p|mx|my|px|py|ps|pe|ms|me|mt|mb|pt|pb|w|h|size|gap|text|font|bg|border|rounded|items|justify|self|place|col|row|min|max|inset|start|end|top|bottom|z|opacity|shadow|ring|outline|fill|stroke|aspect|object|overflow|leading|tracking|whitespace|transition|duration|cursor|select|pointer|line|animate|divide|space|order|grow|shrink|basis|columns|snap|scroll|accent|touch|will|sr|decoration|break|align|inline|flex|grid)-[\w[\].,/%()-]+$/;
const STYLE_WORD =
  /^(?:flex|grid|block|hidden|inline|absolute|relative|fixed|sticky|truncate|contents|caption|shell|touchable|underline|uppercase|italic|card|control)$/;

export const hasWords = (text: string) => WORD.test(text);

function isStyle(text: string): boolean {
  if (/[\p{Lu}.,;!?’]/u.test(text.replace(/\[[^\]]*\]/g, ''))) return false;
  const words = text.split(/\s+/);
  return words.some((word) => STYLE.test(word)) || words.every((word) => STYLE_WORD.test(word));
}
const isCode = (text: string) => CODE.some((pattern) => pattern.test(text)) || isStyle(text);

/** Where people see whatever stands there: `isShown`. Elsewhere it must look like something said. */
export function isText(text: string, isShown: boolean): boolean {
  const words = text.trim();
  if (!hasWords(words) || isCode(words)) return false;
  if (isShown) return true;
  const hasCapital = /^\P{L}*\p{Lu}/u.test(words) && /\p{Ll}/u.test(words);
  return hasCapital || /[\p{Ll}\d]['’,.:;]? +\p{Ll}{2}/u.test(words);
}
