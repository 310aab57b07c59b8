/** The sentences of a script: what looks like one, and what stands where people read it (`isShown`). */
import { isText } from './is-text.ts';
import { type Node, nodeIn, nodesIn, partsOf, textIn } from './nodes.ts';
import type { Sentence } from './sentence.ts';

/** Names under which components and records keep what people read. */
export const SHOWN =
  /^(title|alt|placeholder|label|aria-(label|description|roledescription|valuetext)|hint|words|text|lead|note|help|what|why|question|says|empty|caption|heading|message|summary|description)$/;
/** What these are given is not for people. */
const UNSAID =
  /^(fetch|import|matchMedia|getContext|setContext|querySelector(All)?|getElementById|addEventListener|removeEventListener|dispatchEvent|createElement|setAttribute|getAttribute|startsWith|endsWith|includes|indexOf|has|get|set|delete|append|split|match|test|depends|invalidate|goto|redirect|replaceAll|replace|closest|RegExp|URL|URLSearchParams|Error|TypeError|RangeError|Event|CustomEvent|NumberFormat|DateTimeFormat|PluralRules|toLocaleDateString|toLocaleTimeString|toLocaleString|getPropertyValue|setProperty|log|warn|error_log|parse|\$props|\$inspect)$/;
const COMPARES = new Set(['===', '!==', '==', '!=', 'in', 'instanceof', '<', '>', '<=', '>=']);
/** Values under these names are for machines; under those, they are read out as they stand. */
const UNSEEN_NAMES =
  /^(class|href|id|kind|key|icon|path|slug|code|type|variant|tone|style|color|colour|url|src|rel|method|accept|locale|timeZone|zone|credentials|cache|mode|@.*|.*[cC]lass|.*_path|content-type)$/;

/** What is kept under a name in the browser, and lists of what only components read. */
const FOR_KEYS = /^(key|keyOf|place|.*(Tone|Class|Variant|Icon))$/;

export function readScript(node: Node, isShown: boolean, found: Sentence[]): void {
  const all = (parts: Node[], shown = false) => parts.forEach((part) => readScript(part, shown, found));
  const part = (name: string) => nodesIn([node[name]]);
  if (node.type.startsWith('TS') && !node.type.endsWith('Expression')) return;
  switch (node.type) {
    case 'Literal':
      return readLiteral(node, isShown, found);
    case 'TemplateLiteral':
      return readTemplate(node, isShown, found);
    case 'ConditionalExpression':
      all(part('test'));
      return all([...part('consequent'), ...part('alternate')], isShown || isOneOrMany(node));
    case 'LogicalExpression':
      all(part('left'), isShown && node['operator'] !== '&&');
      return all(part('right'), isShown);
    case 'BinaryExpression':
      return COMPARES.has(textIn(node['operator']))
        ? all([...part('left'), ...part('right')].filter(({ type }) => type !== 'Literal'))
        : all([...part('left'), ...part('right')], isShown);
    case 'SwitchCase':
      return all(nodesIn(node['consequent']));
    case 'CallExpression':
    case 'NewExpression':
      return readCall(node, isShown, found);
    case 'TaggedTemplateExpression':
      return all(nodesIn(nodeIn(node['quasi'])?.['expressions']));
    case 'MemberExpression':
      all(part('object').filter(({ type }) => type !== 'Literal'));
      return node['computed'] ? all(part('property').filter(({ type }) => type !== 'Literal')) : undefined;
    case 'ObjectExpression':
      return all(nodesIn(node['properties']), isShown);
    case 'MethodDefinition':
      return FOR_KEYS.test(nameOf(nodeIn(node['key']))) ? undefined : all(part('value'));
    case 'Property':
    case 'PropertyDefinition':
      return readNamed(nameOf(nodeIn(node['key'])), part('value'), isShown, found);
    case 'VariableDeclarator':
      return readNamed(nameOf(nodeIn(node['id'])), part('init'), isWordList(node), found, part('id'));
    case 'AssignmentExpression':
    case 'AssignmentPattern':
      return readNamed(nameOf(nodeIn(node['left'])), part('right'), false, found, part('left'));
    case 'ImportDeclaration':
    case 'ExportAllDeclaration':
    case 'ImportExpression':
      return;
    case 'ExportNamedDeclaration':
      return all(part('declaration'));
    case 'ExpressionStatement':
      return node['directive'] ? undefined : all(part('expression'));
    case 'TSAsExpression':
      // `'credits' as const` is one of a list that the code knows
      return all(part('expression'), isShown && !isConst(node));
    case 'TSSatisfiesExpression':
    case 'TSNonNullExpression':
      return all(part('expression'), isShown);
    case 'ArrayExpression':
      readAlike(nodesIn(node['elements']), found);
      return all(nodesIn(node['elements']), isShown);
    case 'ChainExpression':
    case 'ParenthesizedExpression':
    case 'AwaitExpression':
      return all(partsOf(node), isShown);
    case 'ArrowFunctionExpression':
      all(nodesIn(node['params']));
      return all(part('body'), isShown);
    case 'ReturnStatement':
      return all(part('argument'), isShown);
    default:
      return all(partsOf(node));
  }
}

/** `const DID: Record<Kind, string> = { like: 'liked', comment: 'commented on' }`: words beside sentences are said too. */
function isWordList(declared: Node): boolean {
  const annotation = nodeIn(nodeIn(declared['id'])?.['typeAnnotation']);
  const type = nodeIn(annotation?.['typeAnnotation']);
  const [, told] = nodesIn(nodeIn(type?.['typeArguments'] ?? type?.['typeParameters'])?.['params']);
  if (told?.type !== 'TSStringKeyword') return false;
  const words = nodesIn(nodeIn(declared['init'])?.['properties']).map((property) =>
    nodeIn(property['value']),
  );
  return words.some((word) => word?.type === 'Literal' && isText(textIn(word['value']), false));
}

/** `[{ name: 'in review now' }, { name: 'decided' }]`: where one of them is said, so are the others. */
function readAlike(elements: Node[], found: Sentence[]) {
  const named = elements
    .flatMap((element) => nodesIn(element['properties']))
    .filter((property) => nodeIn(property['value'])?.type === 'Literal')
    .map((property) => ({ name: nameOf(nodeIn(property['key'])), value: property['value'] as Node }));
  const isSaid = ({ value }: { value: Node }) => isText(textIn(value['value']), false);
  for (const { name, value } of named) {
    const isWord = !UNSEEN_NAMES.test(name) && !SHOWN.test(name) && !isSaid({ value });
    if (isWord && named.some((other) => other.name === name && isSaid(other)))
      readLiteral(value, true, found);
  }
}

const isConst = (node: Node) => nameOf(nodeIn(nodeIn(node['typeAnnotation'])?.['typeName'])) === 'const';

/** `isOne ? 'credit' : 'credits'` */
function isOneOrMany(choice: Node): boolean {
  const [one, other] = [choice['consequent'], choice['alternate']].map((part) =>
    textIn(nodeIn(part)?.['value']),
  );
  return Boolean(one && other) && (`${one}s` === other || `${other}s` === one);
}

const nameOf = (node: Node | null): string =>
  node?.type === 'MemberExpression'
    ? nameOf(nodeIn(node['property']))
    : textIn(node?.['name']) || textIn(node?.['value']);

function readNamed(name: string, values: Node[], isShown: boolean, found: Sentence[], left: Node[] = []) {
  for (const pattern of left) if (pattern.type !== 'Identifier') readScript(pattern, false, found);
  if (FOR_KEYS.test(name)) return;
  for (const value of values) {
    const isWord = value.type === 'Literal' || value.type === 'TemplateLiteral';
    if (isWord && UNSEEN_NAMES.test(name)) continue;
    readScript(value, isShown || SHOWN.test(name), found);
  }
}

function readLiteral(node: Node, isShown: boolean, found: Sentence[]) {
  const text = node['value'];
  if (typeof text !== 'string' || !isText(text, isShown)) return;
  found.push({ text, start: node.start, end: node.end, written: 'string', holes: [] });
}

function readTemplate(node: Node, isShown: boolean, found: Sentence[]) {
  const expressions = nodesIn(node['expressions']);
  const quasis = nodesIn(node['quasis']).map((quasi) => {
    const value = quasi['value'];
    return typeof value === 'object' && value !== null && 'cooked' in value ? textIn(value.cooked) : '';
  });
  const holes = expressions.map(({ start, end }) => ({ start, end }));
  const text = quasis.map((words, at) => (at < holes.length ? `${words}{${at}}` : words)).join('');
  const said = quasis.join(' ');
  // a value that stands at once beside its neighbour makes a name for machines: `card-${id}`
  const hasWord = /(^|\s)\p{L}[\p{L}-]*(\s|$)/u.test(said) && / /.test(text);
  const isSaid = isText(said, isShown) || (isText(said, true) && hasWord);
  if (isSaid) found.push({ text, start: node.start, end: node.end, written: 'template', holes });
  // "{0} {1}": two values that stand apart as words do, though it has none of its own
  const isLine = holes.length > 1 && text.startsWith('{0} {1}');
  for (const expression of expressions) readScript(expression, isShown || isSaid || isLine, found);
}

/** `count(amount, 'person', 'people')`: what is counted, in as many forms as a language has. */
function readCall(node: Node, isShown: boolean, found: Sentence[]) {
  const callee = nodeIn(node['callee']);
  const given = nodesIn(node['arguments']);
  const name = nameOf(callee);
  const [amount, one, many] = given;
  if (name === 'count' && amount && one?.type === 'Literal' && typeof one['value'] === 'string') {
    readScript(amount, false, found);
    const last = many ?? one;
    found.push({
      text: one['value'],
      many: textIn(many?.['value']) || `${one['value']}s`,
      start: one.start,
      end: last.end,
      written: 'count',
      holes: [],
    });
    return;
  }
  if (callee) readScript(callee.type === 'MemberExpression' ? withoutWords(callee) : callee, isShown, found);
  const isUnsaid = UNSAID.test(name);
  for (const argument of given)
    if (!isUnsaid || (argument.type !== 'Literal' && argument.type !== 'TemplateLiteral'))
      readScript(argument, name === 'join', found);
}

/** `['Enter', ' '].includes(key)` says nothing to anybody. */
const withoutWords = (callee: Node): Node => {
  const object = nodeIn(callee['object']);
  const isAsked = object?.type === 'ArrayExpression' && UNSAID.test(nameOf(callee));
  return isAsked ? { ...callee, object: null } : callee;
};
