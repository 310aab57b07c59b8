import type { Creation, CreatorPage, ModelPage, Showcase } from '#web/api-types.ts';

/** Data for search engines as a script that nobody runs. Whatever creators wrote stays inside it. */
export function inScript(data: Record<string, unknown>): string {
  const text = JSON.stringify({ '@context': 'https://schema.org', ...data }).replace(
    /[<>&\u2028\u2029]/g,
    (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return `<script type="application/ld+json">${text}</${'script'}>`;
}

type Model = Pick<
  ModelPage,
  'slug' | 'title' | 'summary' | 'modality' | 'creator' | 'published_at' | 'generations'
> & {
  cover: { thumbnail: { url: string } | null } | null;
};

const CATEGORIES: Record<Model['modality'], string> = {
  image: 'Image generation',
  video: 'Video generation',
  music: 'Music generation',
};

const person = (origin: string, { handle, display_name }: Model['creator']) => ({
  '@type': 'Person',
  name: display_name,
  url: `${origin}/creators/${handle}`,
});

/** A model as a piece of software that somebody made and people use in the browser. */
export const structuredModel = (origin: string, model: Model) => ({
  '@type': 'SoftwareApplication',
  name: model.title,
  description: model.summary,
  url: `${origin}/models/${model.slug}`,
  applicationCategory: 'MultimediaApplication',
  applicationSubCategory: CATEGORIES[model.modality],
  operatingSystem: 'Web browser',
  datePublished: model.published_at,
  author: person(origin, model.creator),
  ...(model.cover?.thumbnail && { image: model.cover.thumbnail.url }),
  interactionStatistic: {
    '@type': 'InteractionCounter',
    interactionType: 'https://schema.org/UseAction',
    userInteractionCount: model.generations,
  },
});

/** A creator with what they published. */
export const structuredCreator = (origin: string, creator: CreatorPage) => ({
  '@type': 'ProfilePage',
  dateCreated: creator.since,
  mainEntity: {
    ...person(origin, creator),
    alternateName: creator.handle,
    ...(creator.bio && { description: creator.bio }),
    interactionStatistic: {
      '@type': 'InteractionCounter',
      interactionType: 'https://schema.org/FollowAction',
      userInteractionCount: creator.followers,
    },
    hasPart: creator.models.slice(0, 50).map(({ slug, title }) => ({
      '@type': 'SoftwareApplication',
      name: title,
      url: `${origin}/models/${slug}`,
    })),
  },
});

const MEDIA_TYPES = { image: 'ImageObject', video: 'VideoObject', music: 'AudioObject' } as const;
type Shown = Pick<
  Creation,
  'id' | 'title' | 'modality' | 'url' | 'mime' | 'thumbnail' | 'poster' | 'maker' | 'model' | 'published_at'
> &
  Pick<Creation, 'width' | 'height' | 'duration_ms' | 'likes'>;

/** What somebody shows, as a work that a model helped to make. */
export const structuredCreation = (origin: string, creation: Shown) => {
  const still = creation.poster ?? creation.thumbnail;
  return {
    '@type': MEDIA_TYPES[creation.modality],
    name: creation.title,
    description: `${creation.title}, made by ${creation.maker.display_name} with ${creation.model.title}.`,
    url: `${origin}/assets/${creation.id}`,
    contentUrl: creation.url,
    encodingFormat: creation.mime,
    uploadDate: creation.published_at,
    creator: person(origin, creation.maker),
    digitalSourceType: 'https://schema.org/TrainedAlgorithmicMediaDigitalSource',
    ...(still && { thumbnailUrl: still.url }),
    ...(creation.width && creation.height && { width: creation.width, height: creation.height }),
    ...(creation.duration_ms && { duration: `PT${(creation.duration_ms / 1000).toFixed(1)}S` }),
    interactionStatistic: {
      '@type': 'InteractionCounter',
      interactionType: 'https://schema.org/LikeAction',
      userInteractionCount: creation.likes,
    },
  };
};

/** A choice of what was made with a model. */
export const structuredShowcase = (
  origin: string,
  { title, words, model, published_at, changed_at, pieces }: Showcase,
) => ({
  '@type': 'CollectionPage',
  name: title,
  ...(words && { description: words }),
  url: `${origin}/models/${model.slug}/showcase`,
  author: person(origin, model.creator),
  about: { '@type': 'SoftwareApplication', name: model.title, url: `${origin}/models/${model.slug}` },
  ...(published_at && { datePublished: published_at }),
  dateModified: changed_at,
  hasPart: pieces.map((piece) => ({
    '@type': MEDIA_TYPES[piece.modality],
    name: piece.title,
    ...(piece.path && { url: origin + piece.path }),
    creator: person(origin, piece.maker),
  })),
});
