import { PDFDocument, type PDFPage, rgb } from '@cantoo/pdf-lib';
import { type Ink, inkFor, type Style, type Weight, type Written } from './paper-ink.ts';
import { type Scope, type Tags, tagsFor } from './paper-tags.ts';

export type PaperRow = { cells: string[]; strong?: boolean };
/** `part`: of the width that columns share; what is too long for it goes on below. */
export type PaperColumn = { name: string; part: number; align?: 'end'; muted?: true };
export type PaperBlock =
  | { kind: 'heading'; text: string; note: string | null }
  | { kind: 'table'; columns: PaperColumn[]; rows: PaperRow[]; headed: boolean }
  | { kind: 'text'; text: string };
/** A paper of tables: A4, page by page, every letter of it text, and tagged for whoever has it read aloud. */
export type PaperOrder = {
  lang: string;
  title: string;
  /** below the title */
  lines: string[];
  /** at the upper end of the first page */
  from: string;
  mark: string;
  /** at the foot of every page, beside its number */
  foot: string;
  author: string;
  made_at: string;
  blocks: PaperBlock[];
};

const [WIDTH, HEIGHT] = [595.28, 841.89];
const MARGIN = 56;
const INNER = WIDTH - 2 * MARGIN;
const FOOT_Y = 34;
const BOTTOM = 64;
const GAP = 10;

const INK = rgb(0.1, 0.1, 0.09);
const MUTED = rgb(0.38, 0.37, 0.34);
const LINE = rgb(0.84, 0.83, 0.79);
const ACCENT = rgb(0.56, 0.66, 0);

const TITLE: Style = { size: 22, weight: 700, colour: INK };
const HEADING: Style = { size: 11, weight: 700, colour: INK };
const BODY: Style = { size: 9, colour: INK };
const STRONG: Style = { ...BODY, weight: 700 };
const QUIET: Style = { ...BODY, colour: MUTED };
const SMALL: Style = { size: 8, colour: MUTED };
const ROW = 17;
const NEXT_LINE = 12;

/** The mark of the house, in a square of 24. */
const STAR = 'M20.9 7.2A10 10 0 1 0 7.2 20.9Z';
const SHARE = 'M22 11.1 11.1 22A10 10 0 0 0 22 11.1Z';

export async function paper(order: PaperOrder): Promise<Uint8Array> {
  const doc = await PDFDocument.create();
  doc.setTitle(order.title, { showInWindowTitleBar: true });
  doc.setLanguage(order.lang);
  doc.setAuthor(order.author);
  doc.setCreator(order.from);
  doc.setProducer(order.from);
  doc.setCreationDate(new Date(order.made_at));
  doc.setModificationDate(new Date(order.made_at));
  const ink = await inkFor(doc, writtenIn(order));
  const tags = tagsFor(doc);
  const sheet = createSheet(doc, ink, tags);
  head(sheet, order);
  for (const block of order.blocks)
    if (block.kind === 'heading') heading(sheet, block);
    else if (block.kind === 'table') table(sheet, block);
    else paragraph(sheet, block);
  number(doc, sheet, order.foot);
  tags.finish();
  return doc.save();
}

function writtenIn({ title, lines, from, mark, foot, blocks }: PaperOrder): Written {
  const written: Record<Weight, string[]> = {
    500: [...lines, mark, foot, 'Page of 0123456789'],
    700: [title, from],
  };
  for (const block of blocks)
    if (block.kind === 'text') written[500].push(block.text);
    else if (block.kind === 'heading') {
      written[700].push(block.text);
      written[500].push(block.note ?? '');
    } else {
      written[500].push(...block.columns.map(({ name }) => name));
      for (const { cells, strong } of block.rows) written[strong ? 700 : 500].push(...cells);
    }
  return written;
}

// a sheet after the other ------------------------------------------------------------------------------------

/** Where one writes, downward; what does not fit begins a page. */
type Sheet = {
  ink: Ink;
  tags: Tags;
  page: PDFPage;
  y: number;
  /** Makes room; answers whether a page began. */
  room(height: number): boolean;
  /** Draws as what is read of the open part. */
  read(draw: () => void): void;
  text(text: string, x: number, style: Style): void;
  textEnd(text: string, x: number, style: Style): void;
  rule(): void;
};

function createSheet(doc: PDFDocument, ink: Ink, tags: Tags): Sheet {
  const sheet: Sheet = {
    ink,
    tags,
    page: doc.addPage([WIDTH, HEIGHT]),
    y: HEIGHT - MARGIN,
    room(height) {
      if (sheet.y - height >= BOTTOM) return false;
      sheet.page = doc.addPage([WIDTH, HEIGHT]);
      sheet.y = HEIGHT - MARGIN;
      return true;
    },
    read: (draw) => tags.content(sheet.page, draw),
    text: (text, x, style) => ink.draw(sheet.page, text, { x, y: sheet.y }, style),
    textEnd: (text, x, style) =>
      ink.draw(sheet.page, text, { x: x - ink.widthOf(text, style), y: sheet.y }, style),
    rule() {
      const y = sheet.y + NEXT_LINE;
      const line = { start: { x: MARGIN, y }, end: { x: MARGIN + INNER, y }, thickness: 0.5, color: LINE };
      tags.decoration(sheet.page, () => sheet.page.drawLine(line));
    },
  };
  return sheet;
}

function head(sheet: Sheet, { from, mark, title, lines }: PaperOrder): void {
  const corner = { x: MARGIN, y: sheet.y + 12, scale: 18 / 24 };
  const { tags } = sheet;
  tags.decoration(sheet.page, () => {
    sheet.page.drawSvgPath(STAR, { ...corner, color: INK });
    sheet.page.drawSvgPath(SHARE, { ...corner, color: ACCENT });
  });
  tags.within('P', () => sheet.read(() => sheet.text(from, MARGIN + 26, { ...HEADING, size: 12 })));
  tags.within('P', () => sheet.read(() => sheet.textEnd(mark, MARGIN + INNER, QUIET)));
  sheet.y -= 54;
  tags.within('H1', () => sheet.read(() => sheet.text(title, MARGIN, TITLE)));
  sheet.y -= 20;
  for (const line of lines)
    tags.within('P', () => {
      for (const part of wrapped(sheet.ink, line, INNER, QUIET)) {
        sheet.read(() => sheet.text(part, MARGIN, QUIET));
        sheet.y -= 14;
      }
    });
}

function number(doc: PDFDocument, { ink, tags }: Sheet, foot: string): void {
  const pages = doc.getPages();
  for (const [at, page] of pages.entries()) {
    const of = `Page ${at + 1} of ${pages.length}`;
    tags.decoration(page, () => {
      ink.draw(page, foot, { x: MARGIN, y: FOOT_Y }, SMALL);
      ink.draw(page, of, { x: MARGIN + INNER - ink.widthOf(of, SMALL), y: FOOT_Y }, SMALL);
    });
  }
}

// blocks ----------------------------------------------------------------------------------------------------

type Of<Kind extends PaperBlock['kind']> = Extract<PaperBlock, { kind: Kind }>;

function heading(sheet: Sheet, { text, note }: Of<'heading'>): void {
  // never the last thing on a page
  sheet.room(26 + 3 * ROW);
  sheet.y -= 26;
  sheet.tags.within('H2', () => sheet.read(() => sheet.text(text, MARGIN, HEADING)));
  const beside = MARGIN + sheet.ink.widthOf(text, HEADING) + GAP;
  if (note) sheet.tags.within('P', () => sheet.read(() => sheet.text(note, beside, SMALL)));
  sheet.y -= ROW + 3;
}

function paragraph(sheet: Sheet, { text }: Of<'text'>): void {
  sheet.tags.within('P', () => {
    for (const line of wrapped(sheet.ink, text, INNER, QUIET)) {
      sheet.room(NEXT_LINE);
      sheet.read(() => sheet.text(line, MARGIN, QUIET));
      sheet.y -= NEXT_LINE;
    }
  });
  sheet.y -= NEXT_LINE / 2;
}

function table(sheet: Sheet, { columns, rows, headed }: Of<'table'>): void {
  const { tags } = sheet;
  const whole = columns.reduce((sum, { part }) => sum + part, 0);
  let x = MARGIN;
  const places = columns.map((column) => {
    const width = (INNER * column.part) / whole;
    const place = { ...column, x, width: width - GAP, end: x + width };
    x += width;
    return place;
  });
  const write = (place: (typeof places)[number], texts: readonly string[], style: Style) => {
    const top = sheet.y;
    for (const [line, text] of texts.entries()) {
      sheet.y = top - line * NEXT_LINE;
      if (place.align) sheet.textEnd(text, place.end, style);
      else sheet.text(text, place.x, style);
    }
    sheet.y = top;
  };
  const cell = (scope: Scope | undefined, draw: () => void) =>
    tags.within(scope ? 'TH' : 'TD', () => sheet.read(draw), scope);
  const names = () => {
    tags.within('TR', () => {
      for (const place of places) cell('Column', () => write(place, [place.name], SMALL));
    });
    sheet.y -= ROW;
  };
  // said once: whoever has it read aloud knows what a column is from its first head
  const namesAgain = () => {
    tags.decoration(sheet.page, () => {
      for (const place of places) write(place, [place.name], SMALL);
    });
    sheet.y -= ROW;
  };
  tags.within('Table', () => {
    if (headed) names();
    for (const { cells, strong } of rows) {
      const lines = places.map((place, at) => {
        const style = strong ? STRONG : place.muted ? QUIET : BODY;
        return { place, style, texts: wrapped(sheet.ink, cells[at] ?? '', place.width, style) };
      });
      const height = ROW + (Math.max(...lines.map(({ texts }) => texts.length)) - 1) * NEXT_LINE;
      if (sheet.room(height) && headed) namesAgain();
      sheet.rule();
      tags.within('TR', () => {
        for (const [at, { place, texts, style }] of lines.entries())
          cell(at === 0 && !headed ? 'Row' : undefined, () => write(place, texts, style));
      });
      sheet.y -= height;
    }
  });
}

/** Lines of a width, broken between words; a word that is longer is broken where it has to be. */
function wrapped(ink: Ink, text: string, width: number, style: Style): string[] {
  const fits = (some: string) => ink.widthOf(some, style) <= width;
  if (fits(text)) return [text];
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (fits(longer)) {
      line = longer;
      continue;
    }
    if (line !== '') lines.push(line);
    line = '';
    for (const sign of word) {
      if (line !== '' && !fits(line + sign)) {
        lines.push(line);
        line = '';
      }
      line += sign;
    }
  }
  return [...lines, line];
}
