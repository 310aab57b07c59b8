import satori from 'satori';
import sharp, { type OverlayOptions, type Sharp } from 'sharp';
import { onlyThese, PIXELS_MAX } from './hostile-picture.ts';
import { cardLayout, HEIGHT, PLACES, WIDTH, type Words } from './card-layout.ts';
import { drawable } from './drawable.ts';
import { fontsFor } from './letters.ts';

/** A line of a card, and what stands there instead where no font of ours has its letters. */
export type CardLine = { text: string; plain: string };

export type CardOrder = {
  /** what kind of thing it is */
  kind: string;
  title: CardLine;
  by: CardLine | null;
  facts: string[];
  /** stored pictures, one or four of them */
  pictures: Uint8Array[];
  /** from 0 to 1: the waveform of what is heard */
  peaks: number[] | null;
  /** of something that plays */
  plays: boolean;
  width: number;
};

const QUALITY = 88;

sharp.concurrency(1);
sharp.cache(false);

/** The picture that goes along where somebody passes an address on. */
export async function card(order: CardOrder): Promise<Uint8Array> {
  const svg = await overlay(order);
  onlyThese();
  const places = PLACES[order.pictures.length === 4 ? 'four' : 'one'];
  const pictures = await Promise.all(
    order.pictures.slice(0, places.length).flatMap((bytes, index) => {
      const place = places[index];
      return place ? [placed(bytes, place)] : [];
    }),
  );
  // drawn by us a moment ago: every letter in it is a path
  sharp.unblock({ operation: ['VipsForeignLoadSvgBuffer'] });
  try {
    const whole = sharp({
      create: { width: WIDTH, height: HEIGHT, channels: 3, background: '#0b0b0a' },
    }).composite([...pictures, { input: Buffer.from(svg), left: 0, top: 0 }]);
    const sized = order.width < WIDTH ? await smaller(whole, order.width) : whole;
    return new Uint8Array(await sized.jpeg({ quality: QUALITY, chromaSubsampling: '4:4:4' }).toBuffer());
  } finally {
    onlyThese();
  }
}

/** What is laid on it is laid on only at the end, after a change of its size. */
async function smaller(whole: Sharp, width: number): Promise<Sharp> {
  const { data, info } = await whole.raw().toBuffer({ resolveWithObject: true });
  return sharp(data, { raw: { width: info.width, height: info.height, channels: info.channels } }).resize(
    width,
  );
}

type Place = (typeof PLACES)[keyof typeof PLACES][number];

/** Fills its place; a picture of few colours is pixel art, and its blocks keep their edges. */
async function placed(bytes: Uint8Array, { left, top, width, height }: Place): Promise<OverlayOptions> {
  const picture = sharp(bytes, { limitInputPixels: PIXELS_MAX, failOn: 'error', pages: 1 });
  const { isPalette } = await picture.metadata();
  const { data, info } = await picture
    .flatten({ background: '#0b0b0a' })
    .toColourspace('srgb')
    .resize(width, height, { fit: 'cover', kernel: isPalette ? 'nearest' : 'lanczos3' })
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { input: data, raw: { width: info.width, height: info.height, channels: info.channels }, left, top };
}

/** What stands over the pictures. Drawn once more, with plainer words, where a letter could not be drawn. */
async function overlay(order: CardOrder): Promise<string> {
  const lacks = new Set<string>();
  const draw = async (words: Pick<Words, 'title' | 'by' | 'facts'>) =>
    satori(cardLayout({ ...order, ...words }), {
      ...{ width: WIDTH, height: HEIGHT },
      fonts: await fontsFor([words.title, words.by ?? '', ...words.facts]),
      loadAdditionalAsset: async (_, letters) => {
        for (const letter of letters.replace(/\s/g, '')) lacks.add(letter);
        return [];
      },
    });
  const facts = order.facts.map(drawable);
  const first = await draw({
    title: drawable(order.title.text) || order.title.plain,
    by: order.by && drawable(order.by.text),
    facts,
  });
  if (lacks.size === 0) return first;
  const isDrawn = (text: string) => ![...text].some((letter) => lacks.has(letter));
  const orPlain = ({ text, plain }: CardLine) => (isDrawn(drawable(text)) ? drawable(text) : plain);
  return draw({
    title: orPlain(order.title),
    by: order.by && orPlain(order.by),
    facts: facts.filter(isDrawn),
  });
}
