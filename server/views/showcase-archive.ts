import { createReadStream } from 'node:fs';
import type { Showcase } from '#api/showcase/shapes.ts';
import type { Context } from '../context.ts';
import { asId, type AssetId } from '../ids.ts';
import { onePer } from '../kit/batcher.ts';
import { createSeats, type Seats } from '../kit/seats.ts';
import { readableOf } from '../kit/stream.ts';
import { type ZipEntry, zipOf } from '../kit/zip.ts';
import * as generation from '../modules/generation/index.ts';
import * as identity from '../modules/identity/index.ts';
import * as registry from '../modules/registry/index.ts';
import { refuse } from '../refuse.ts';
import { showcasePage } from './showcases.ts';

const seats = onePer<Context, Seats>(() => createSeats({ each: 3, all: 16 }));

/** A showcase as a ZIP that grows while it is read. `who`: of one network so many are read at once. */
export async function showcaseArchive(
  context: Context,
  slug: string,
  { who, card }: { who: string; card: () => Promise<Uint8Array | null> },
): Promise<{ name: string; body: ReadableStream<Uint8Array> }> {
  const showcase = await showcasePage(context, identity.nobody, slug);
  if (!showcase.can.download.allowed) refuse('NOT_FOUND');
  const leave = seats(context).take({ name: who }) ?? refuse('ARCHIVES_FULL', { retry_after_s: 10 });
  const pieces = zipOf(entriesOf(context, showcase, card));
  const body = readableOf(pieces, leave);
  return { name: `${slug}-showcase.zip`, body };
}

async function* entriesOf(
  context: Context,
  showcase: Showcase,
  card: () => Promise<Uint8Array | null>,
): AsyncGenerator<ZipEntry> {
  const at = new Date(showcase.changed_at);
  const text = (name: string, lines: readonly string[]) => ({
    name,
    at,
    bytes: Buffer.from(lines.join('\r\n')),
  });
  const files = showcase.pieces.map((piece, place) => ({ piece, file: fileName(piece, place) }));
  yield text('README.txt', readme(context, showcase, files));
  yield text('LICENCE.txt', licenceNote(context, showcase));
  const drawn = await card();
  if (drawn) yield { name: 'card.jpg', at, bytes: drawn };
  for (const { piece, file } of files) {
    const digest = piece.digest.replace('sha256:', '');
    yield {
      name: file,
      at,
      bytes: createReadStream(context.media.pathOf(digest), { highWaterMark: 262_144 }),
    };
    const statement = piece.name.kind === 'creation' ? await statementOf(context, piece.name.id) : null;
    if (statement) yield text(`provenance/${file.replace(/\.\w+$/, '')}.jws`, [statement]);
  }
}

const statementOf = ({ db }: Context, id: string) => generation.statementOfAsset(db, asId<AssetId>(id));

type Named = { piece: Showcase['pieces'][number]; file: string }[];

/** In its order, by the letters of its title that every system takes. */
function fileName({ title, mime }: Showcase['pieces'][number], place: number): string {
  const words = title
    .normalize('NFKD')
    .replace(/[^\p{ASCII}]/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 48)
    .replace(/^-+|-+$/g, '');
  return (
    [String(place + 1).padStart(2, '0'), ...(words ? [words] : [])].join('-') + (ENDINGS[mime] ?? '.bin')
  );
}

const ENDINGS: Record<string, string> = {
  'image/png': '.png',
  'image/webp': '.webp',
  'image/jpeg': '.jpg',
  'image/avif': '.avif',
  'video/mp4': '.mp4',
  'video/webm': '.webm',
  'audio/flac': '.flac',
  'audio/wav': '.wav',
  'audio/ogg': '.ogg',
};

function readme({ origins }: Context, { title, words, model, pieces }: Showcase, files: Named): string[] {
  return [
    title,
    `Made with ${model.title} by ${model.creator.display_name}: ${origins.public}/models/${model.slug}`,
    '',
    ...(words ? [...words.split('\n'), ''] : []),
    `${pieces.length === 1 ? 'One piece' : `${pieces.length} pieces`}, as they were made:`,
    ...files.flatMap(({ piece, file }) => [
      '',
      file,
      `  ${piece.title}, by ${piece.maker.display_name}`,
      ...(piece.words ? piece.words.split('\n').map((line) => `  ${line}`) : []),
      ...(piece.path ? [`  ${origins.public}${piece.path}`] : []),
      `  ${piece.digest}`,
    ]),
    '',
    `Most files carry a signed manifest of how they were made, and the folder provenance holds our signed statement of`,
    `each creation. Anybody may check both: ${origins.public}/verify`,
    '',
  ];
}

function licenceNote({ origins }: Context, { model, licence }: Showcase): string[] {
  const known = licence === null ? undefined : registry.licenceOfLine(licence);
  return [
    `The model: ${model.title} by ${model.creator.display_name}`,
    ...(licence ? [`Licence of its release in use: ${licence}`] : []),
    ...(known?.url ? [known.url] : []),
    '',
    'That licence says what may be done with what the model makes. Each file was made by somebody, who is named with',
    'it in README.txt and shows it to everybody: name them where you show it, and ask them for anything more.',
    `${origins.public}/models/${model.slug}/showcase`,
    '',
  ];
}
