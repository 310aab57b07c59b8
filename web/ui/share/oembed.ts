import type { Embed } from '#web/api-types.ts';
import { embedCode, fitted } from './embed-code.ts';
import { shareCard } from './card-address.ts';

const KEPT_S = 3_600;
const CARDS = [
  { width: 1200, height: 630 },
  { width: 600, height: 315 },
] as const;

/** What an address of ours names that may be framed; null: none of ours, or nothing of the kind. */
export function addressed(origin: string, address: string): { of: Embed['of']; name: string } | null {
  const url = URL.parse(address);
  if (url?.origin !== origin) return null;
  const [, of, name] = /^\/(assets|models)\/([a-z0-9-]{1,60})\/?$/.exec(url.pathname) ?? [];
  return name && (of === 'assets' || of === 'models') ? { of, name } : null;
}

/** An answer by oembed.com, version 1.0. */
export function oembed(origin: string, embed: Embed, most: { width_max: number; height_max: number }) {
  const size = fitted(embed.frame, most);
  const card = CARDS.find(({ width, height }) => width <= most.width_max && height <= most.height_max);
  const { path } = shareCard(embed.of, embed.name, '', [embed.title, embed.media?.digest]);
  return {
    version: '1.0',
    type: embed.frame.kind,
    title: embed.title,
    author_name: embed.by.display_name,
    author_url: `${origin}/creators/${embed.by.handle}`,
    provider_name: 'Stellary Creators Program',
    provider_url: origin,
    cache_age: KEPT_S,
    ...(card && {
      thumbnail_url: `${origin}${path}${card.width === 1200 ? '' : `&width=${card.width}`}`,
      thumbnail_width: card.width,
      thumbnail_height: card.height,
    }),
    html: embedCode(origin, embed, size),
    ...size,
  };
}
