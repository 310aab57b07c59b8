import {
  type PDFDocument,
  PDFName,
  PDFNumber,
  PDFOperator,
  PDFOperatorNames,
  type PDFPage,
  type PDFRef,
} from '@cantoo/pdf-lib';

/** What a part of a paper is to whoever has it read aloud. */
export type Tag = 'Document' | 'H1' | 'H2' | 'P' | 'Table' | 'TR' | 'TH' | 'TD';
/** What a head is the head of. */
export type Scope = 'Column' | 'Row';

/**
 * The structure tree of tagged PDF: everything that is drawn is either content of a part, in the order in which it is
 * read, or mere decoration. The library that draws knows operators and objects, and no tree: it is made of them here.
 */
export type Tags = {
  /** What is drawn meanwhile belongs to a part within the one that is open. */
  within(tag: Tag, draw: () => void, scope?: Scope): void;
  /** Marks what is drawn as what is read of the open part. */
  content(page: PDFPage, draw: () => void): void;
  /** Lines, marks and page numbers, which nobody reads aloud. */
  decoration(page: PDFPage, draw: () => void): void;
  finish(): void;
};

type Part = { ref: PDFRef; tag: Tag; kids: Kid[] };
type Kid = PDFRef | { page: PDFPage; mark: number };

const begin = (page: PDFPage, name: string, properties?: string) =>
  page.pushOperators(
    properties === undefined
      ? PDFOperator.of(PDFOperatorNames.BeginMarkedContent, [PDFName.of(name)])
      : PDFOperator.of(PDFOperatorNames.BeginMarkedContentSequence, [PDFName.of(name), properties]),
  );
const end = (page: PDFPage) => page.pushOperators(PDFOperator.of(PDFOperatorNames.EndMarkedContent));

export function tagsFor(doc: PDFDocument): Tags {
  const { context, catalog } = doc;
  const root = context.nextRef();
  const all: Part = { ref: context.nextRef(), tag: 'Document', kids: [] };
  const open: Part[] = [all];
  const innermost = () => open.at(-1) ?? all;
  /** Of each page, whose each mark is. */
  const marks = new Map<PDFPage, PDFRef[]>();

  function write({ ref, tag, kids }: Part, parent: PDFRef, scope?: Scope): void {
    const shown = kids.map((kid) =>
      'page' in kid ? context.obj({ Type: 'MCR', Pg: kid.page.ref, MCID: PDFNumber.of(kid.mark) }) : kid,
    );
    const about = scope === undefined ? {} : { A: { O: 'Table', Scope: scope } };
    context.assign(ref, context.obj({ Type: 'StructElem', S: tag, P: parent, K: shown, ...about }));
  }

  return {
    within(tag, draw, scope) {
      const part: Part = { ref: context.nextRef(), tag, kids: [] };
      const around = innermost();
      around.kids.push(part.ref);
      open.push(part);
      draw();
      open.pop();
      write(part, around.ref, scope);
    },
    content(page, draw) {
      const part = innermost();
      const of_page = marks.get(page) ?? [];
      marks.set(page, of_page);
      const mark = of_page.push(part.ref) - 1;
      part.kids.push({ page, mark });
      begin(page, part.tag, `<</MCID ${mark}>>`);
      draw();
      end(page);
    },
    decoration(page, draw) {
      begin(page, 'Artifact');
      draw();
      end(page);
    },
    finish() {
      write(all, root);
      const pages = doc.getPages();
      for (const [place, page] of pages.entries()) {
        page.node.set(PDFName.of('StructParents'), PDFNumber.of(place));
        page.node.set(PDFName.of('Tabs'), PDFName.of('S'));
      }
      const of_pages = pages.flatMap((page, place) => [PDFNumber.of(place), marks.get(page) ?? []]);
      const tree = { Type: 'StructTreeRoot', K: [all.ref], ParentTree: { Nums: of_pages } };
      context.assign(root, context.obj(tree));
      catalog.set(PDFName.of('StructTreeRoot'), root);
      catalog.set(PDFName.of('MarkInfo'), context.obj({ Marked: true }));
    },
  };
}
