import type { CreatorPage, ModelPage } from '#web/api-types.ts';

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
