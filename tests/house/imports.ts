// What a file imports, and whether it reads the environment: read with TypeScript's own parser, not with patterns.
import ts from 'typescript';

export type Import = { specifier: string; type_only: boolean };
export type FileFacts = { imports: Import[]; reads_environment: boolean };

export function factsOf(file: string, text: string): FileFacts {
  const source = ts.createSourceFile(
    file,
    file.endsWith('.svelte') ? scriptsOf(text) : text,
    ts.ScriptTarget.ESNext,
  );
  const facts: FileFacts = { imports: [], reads_environment: false };
  visit(source, facts);
  return facts;
}

/** A page's markup imports nothing; its scripts do. */
function scriptsOf(page: string): string {
  return [...page.matchAll(/<script[^>]*>([\s\S]*?)<\/script>/g)].map((match) => match[1]).join('\n');
}

function visit(node: ts.Node, facts: FileFacts) {
  const specifier = specifierOf(node);
  if (specifier && ts.isStringLiteralLike(specifier))
    facts.imports.push({ specifier: specifier.text, type_only: isTypeOnly(node) });
  if (isEnvironment(node)) facts.reads_environment = true;
  ts.forEachChild(node, (child) => visit(child, facts));
}

function specifierOf(node: ts.Node): ts.Node | undefined {
  if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) return node.moduleSpecifier;
  if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword)
    return node.arguments[0];
  if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) return node.argument.literal;
  if (ts.isExternalModuleReference(node)) return node.expression;
  return undefined;
}

/** `import { type A }` is not: Node strips the name and still reads the file. */
function isTypeOnly(node: ts.Node): boolean {
  if (ts.isImportDeclaration(node)) return node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword;
  return ts.isImportTypeNode(node) || (ts.isExportDeclaration(node) && node.isTypeOnly);
}

/** `process.env`, `process['env']`, `const { env } = process`, `import { env } from 'node:process'`. */
function isEnvironment(node: ts.Node): boolean {
  if (ts.isPropertyAccessExpression(node)) return isProcess(node.expression) && node.name.text === 'env';
  if (ts.isElementAccessExpression(node)) {
    return (
      isProcess(node.expression) &&
      ts.isStringLiteralLike(node.argumentExpression) &&
      node.argumentExpression.text === 'env'
    );
  }
  if (ts.isVariableDeclaration(node)) {
    return (
      node.initializer !== undefined && isProcess(node.initializer) && ts.isObjectBindingPattern(node.name)
    );
  }
  return (
    ts.isImportDeclaration(node) &&
    ts.isStringLiteralLike(node.moduleSpecifier) &&
    /^(node:)?process$/.test(node.moduleSpecifier.text)
  );
}

function isProcess(node: ts.Node): boolean {
  return (
    (ts.isIdentifier(node) && node.text === 'process') ||
    (ts.isPropertyAccessExpression(node) &&
      ts.isIdentifier(node.expression) &&
      node.expression.text === 'globalThis' &&
      node.name.text === 'process')
  );
}
