/** A piece of what somebody wrote: as it stands, or a link that their words make. */
export type TextPart = { text: string; href: string | null; outside: boolean };

const LINK =
  /(?<address>https?:\/\/[^\s<>"']+)|(?<![\p{L}\p{N}_@/-])@(?<handle>[a-z0-9](?:[a-z0-9-]{1,28})[a-z0-9])(?![\p{L}\p{N}])/giu;
/** What ends a sentence after an address is no part of it. */
const TRAILING = /[.,;:!?)\]}]+$/;

/** Splits plain text into what stands as it is and what leads somewhere: web addresses and @handles, nothing else. */
export function textParts(text: string): TextPart[] {
  const parts: TextPart[] = [];
  let from = 0;
  const plain = (until: number) => {
    if (until > from) parts.push({ text: text.slice(from, until), href: null, outside: false });
  };
  for (const match of text.matchAll(LINK)) {
    const { address, handle } = match.groups ?? {};
    const shown = address === undefined ? match[0] : address.replace(TRAILING, '');
    const href = handle === undefined ? safeAddress(shown) : `/creators/${handle.toLowerCase()}`;
    if (href === null) continue;
    plain(match.index);
    parts.push({ text: shown, href, outside: handle === undefined });
    from = match.index + shown.length;
  }
  plain(text.length);
  return parts;
}

/** Of the web and without a name or password in it, which would make it look like another place. */
function safeAddress(text: string): string | null {
  try {
    const { protocol, username, password, href } = new URL(text);
    return (protocol === 'http:' || protocol === 'https:') && !username && !password ? href : null;
  } catch {
    return null;
  }
}
