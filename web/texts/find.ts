/** Finds every sentence of a file, where it stands: nobody has to mark one. */
import { readScript, SHOWN } from './find-in-script.ts';
import { hasWords, isText } from './is-text.ts';
import { type Node, nodeIn, nodesIn, textIn, treeOf } from './nodes.ts';
import type { Hole, Sentence } from './sentence.ts';

export function sentencesIn(source: string, file: string): Sentence[] {
  const { markup, scripts, shift } = treeOf(source, file);
  const found: Sentence[] = [];
  for (const script of scripts) readScript(script, false, found);
  readMarkup(markup, found);
  const moved = shift === 0 ? found : found.map((sentence) => movedBy(sentence, -shift));
  return moved.sort((one, other) => one.start - other.start || other.end - one.end);
}

const movedBy = (sentence: Sentence, by: number): Sentence => ({
  ...sentence,
  start: sentence.start + by,
  end: sentence.end + by,
  holes: sentence.holes.map(({ start, end }) => ({ start: start + by, end: end + by })),
});

// — markup —

const SILENT = new Set(['script', 'style', 'code', 'pre', 'kbd', 'samp', 'svg', 'math', 'textarea']);
/** Elements that stand within a line of words. */
const WITHIN_A_LINE = new Set(
  'a abbr b bdi bdo br button cite code data dfn em i img input kbd label mark q s samp small span strong sub sup svg time u var wbr'.split(
    ' ',
  ),
);
const ELEMENTS = new Set(['RegularElement', 'Component', 'SvelteElement', 'SvelteComponent', 'TitleElement']);

function readMarkup(nodes: Node[], found: Sentence[]) {
  for (const line of linesOf(nodes)) {
    if (line.some((node) => node.type === 'Text' && hasWords(textIn(node['data'])))) readLine(line, found);
    else for (const node of line) readNode(node, found);
  }
}

/** What follows one another as words do: a block between them ends the line. */
function linesOf(nodes: Node[]): Node[][] {
  const lines: Node[][] = [[]];
  for (const node of nodes)
    if (isWithinALine(node)) lines.at(-1)?.push(node);
    else lines.push([node], []);
  return lines;
}

function isWithinALine(node: Node): boolean {
  if (node.type === 'Text' || node.type === 'ExpressionTag' || node.type === 'RenderTag') return true;
  if (node.type === 'RegularElement')
    return WITHIN_A_LINE.has(textIn(node['name'])) && childrenOf(node).every(isWithinALine);
  if (node.type === 'Component') return childrenOf(node).every(isWithinALine);
  if (node.type === 'IfBlock' || node.type === 'EachBlock') return childrenOf(node).every(isWithinALine);
  return false;
}

const FRAGMENTS = ['fragment', 'body', 'consequent', 'alternate', 'fallback', 'pending', 'then', 'catch'];
const childrenOf = (node: Node): Node[] =>
  FRAGMENTS.flatMap((name) => nodesIn(nodeIn(node[name])?.['nodes']));

const isSilent = (node: Node) =>
  SILENT.has(textIn(node['name'])) ||
  nodesIn(node['attributes']).some(
    (attribute) =>
      attribute['name'] === 'translate' && nodesIn(attribute['value']).some(({ data }) => data === 'no'),
  );

function readNode(node: Node, found: Sentence[]) {
  if (ELEMENTS.has(node.type) || node.type.startsWith('Svelte')) {
    for (const attribute of nodesIn(node['attributes'])) readAttribute(attribute, node, found);
    if (!isSilent(node)) readMarkup(childrenOf(node), found);
    return;
  }
  if (node.type === 'Text' || node.type === 'Comment') return;
  const isShown = node.type === 'ExpressionTag' || node.type === 'HtmlTag';
  for (const name of ['expression', 'test', 'declaration', 'key']) {
    const part = nodeIn(node[name]);
    if (part) readScript(part, isShown && name === 'expression', found);
  }
  for (const name of FRAGMENTS) readMarkup(nodesIn(nodeIn(node[name])?.['nodes']), found);
}

/** A line is one sentence, with all that stands in it. */
function readLine(line: Node[], found: Sentence[]) {
  const nodes = withoutEdges(line);
  const [first, last] = [nodes[0], nodes.at(-1)];
  if (!first || !last) return;
  const holes: Hole[] = [];
  const text = nodes.map((node) => written(node, holes, found)).join('');
  const [before] = /^\s*/.exec(first.type === 'Text' ? textIn(first['raw']) : '') ?? [''];
  const [after] = /\s*$/.exec(last.type === 'Text' ? textIn(last['raw']) : '') ?? [''];
  found.push({
    text: text.replace(/\s+/g, ' ').trim(),
    start: first.start + before.length,
    end: last.end - after.length,
    written: 'markup',
    holes,
  });
  for (const node of line) if (!nodes.includes(node)) readNode(node, found);
}

const isBlank = (node: Node) => node.type === 'Text' && textIn(node['data']).trim() === '';
/** A picture beside the words says nothing to a translator. */
const isIcon = (node: Node) =>
  childrenOf(node).length === 0 &&
  (node['name'] === 'svg' ||
    (node.type === 'Component' && nodesIn(node['attributes']).some(({ name }) => name === 'size')));

function withoutEdges(line: Node[]): Node[] {
  const isEdge = (node: Node | undefined) => node !== undefined && (isBlank(node) || isIcon(node));
  const nodes = [...line];
  while (isEdge(nodes[0])) nodes.shift();
  while (isEdge(nodes.at(-1))) nodes.pop();
  return nodes;
}

/** A node as the translator reads it. */
function written(node: Node, holes: Hole[], found: Sentence[]): string {
  if (node.type === 'Text') return textIn(node['data']);
  const literal = node.type === 'ExpressionTag' ? nodeIn(node['expression']) : null;
  if (literal?.type === 'Literal' && literal['value'] === ' ') return ' ';
  const number = holes.length;
  const hole: Hole = { start: node.start, end: node.end };
  holes.push(hole);
  if (node.type === 'ExpressionTag') {
    readNode(node, found);
    return `{${number}}`;
  }
  const [first, last] = wordsWithin(node);
  if (!first || !last) {
    readNode(node, found);
    return `<${number}/>`;
  }
  for (const attribute of nodesIn(node['attributes'])) readAttribute(attribute, node, found);
  hole.inner = { start: first.start, end: last.end };
  return `<${number}>${childrenOf(node)
    .map((child) => written(child, holes, found))
    .join('')}</${number}>`;
}

/** The first and the last of what stands in a tag that holds words of the sentence. */
function wordsWithin(node: Node): [Node?, Node?] {
  const isTag = node.type === 'RegularElement' || node.type === 'Component';
  const children = childrenOf(node);
  const hasSome = children.some((child) => child.type === 'Text' && hasWords(textIn(child['data'])));
  return isTag && hasSome && !isSilent(node) ? [children[0], children.at(-1)] : [];
}

// — attributes —

/** What a component is given under other names is looked at; of an element the rest is for the browser. */
const UNSEEN = /^(class|style|href|id|src|key|.*[cC]lass|data-.*|aria-(?!label|desc|role|valuetext).*)$/;
const UNSEEN_OF_ELEMENTS =
  /^(srcset|sizes|name|type|rel|method|action|target|role|autocomplete|d|viewBox|value|property|http-equiv|media|lang|dir|inputmode|enctype|pattern|list|form|step)$/;

function readAttribute(attribute: Node, element: Node, found: Sentence[]) {
  const name = textIn(attribute['name']);
  if (attribute.type !== 'Attribute') {
    const isRead = attribute.type !== 'ClassDirective' && attribute.type !== 'StyleDirective';
    const expression = nodeIn(attribute['expression']);
    if (expression && isRead) readScript(expression, false, found);
    return;
  }
  const isElement = element.type === 'RegularElement';
  if (UNSEEN.test(name) || (isElement && UNSEEN_OF_ELEMENTS.test(name))) return;
  const isShown = SHOWN.test(name);
  const values = [attribute['value']].flat().filter((value): value is Node => nodeIn(value) !== null);
  const [only] = values;
  if (only?.type === 'ExpressionTag' && values.length === 1) {
    const expression = nodeIn(only['expression']);
    if (expression) readScript(expression, isShown, found);
    return;
  }
  const said = isShown || element.type === 'Component';
  const holes: Hole[] = [];
  const text = values
    .map((value) => {
      if (value.type === 'Text') return textIn(value['data']);
      const expression = nodeIn(value['expression']);
      if (expression) readScript(expression, isShown, found);
      holes.push({ start: value.start, end: value.end });
      return `{${holes.length - 1}}`;
    })
    .join('');
  const [first, last] = [values[0], values.at(-1)];
  if (said && first && last && isText(withoutHoles(text), isShown))
    found.push({ text, start: first.start, end: last.end, written: 'attribute', holes });
}

const withoutHoles = (text: string) => text.replace(/\{\d+\}/g, ' ');
