// Makes what could be published of each folder in `packages/`: JavaScript and types in .runtime/packages/<name>, and a
// tarball beside it. Inside the repository the TypeScript sources are used as they are.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { inRoot, inRuntime } from './paths.ts';
import { runTool, say, step, StepFailed } from './steps.ts';

/** In the order in which they need each other. */
const PACKAGES = ['split', 'proofs', 'judging', 'epochs', 'epoch-check'];
/** Files that run under Node alone; all others must do without it, since a browser reads them. */
const NODE_ONLY = ['cli.ts'];
const NODE_MIN = '>=20';

type PackageJson = {
  name: string;
  version: string;
  description: string;
  license: string;
  exports: Record<string, string>;
  bin?: Record<string, string>;
  dependencies?: Record<string, string>;
};

/** Builds and packs every package; answers with the tarballs, each named as npm names it. */
export async function packPackages(output = inRuntime('packages')): Promise<string[]> {
  const tarballs: string[] = [];
  for (const name of PACKAGES) {
    const folder = path.join(output, name);
    await step(`packing ${name}`, async () => {
      fs.rmSync(folder, { recursive: true, force: true });
      fs.mkdirSync(folder, { recursive: true });
      await compile(name, folder, output);
      fs.copyFileSync(inRoot('packages', name, 'README.md'), path.join(folder, 'README.md'));
      const manifest = readManifest(name);
      fs.writeFileSync(
        path.join(folder, 'package.json'),
        `${JSON.stringify(published(manifest), null, 2)}\n`,
      );
      await npm(['pack', '--ignore-scripts', '--silent', '--offline', '--pack-destination', output], folder);
      tarballs.push(path.join(output, `${tarballName(manifest)}.tgz`));
    });
  }
  for (const tarball of tarballs) {
    if (!fs.existsSync(tarball)) throw new StepFailed(`npm did not write ${tarball}`);
    say(path.relative(inRoot(), tarball));
  }
  return tarballs;
}

/**
 * Library files are compiled without Node's types, so that one that reaches for Node does not compile. What
 * runs under Node alone was checked with the rest of the repository and is only translated.
 */
async function compile(name: string, folder: string, output: string) {
  const sources = fs
    .readdirSync(inRoot('packages', name))
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'));
  const config = path.join(folder, 'tsconfig.json');
  const settings = {
    extends: inRoot('tsconfig.json'),
    compilerOptions: {
      noEmit: false,
      rootDir: inRoot('packages', name),
      outDir: path.join(folder, 'dist'),
      declaration: true,
      rewriteRelativeImportExtensions: true,
      target: 'es2022',
      lib: ['es2023', 'dom', 'dom.iterable'],
      types: [],
      // the packages made before, not their sources
      paths: Object.fromEntries(
        PACKAGES.slice(0, PACKAGES.indexOf(name)).map((other) => [
          readManifest(other).name,
          [path.join(output, other, inDist(readManifest(other).exports['.'] ?? '', '.d.ts'))],
        ]),
      ),
    },
    include: [],
    files: sources.filter((file) => !NODE_ONLY.includes(file)).map((file) => inRoot('packages', name, file)),
  };
  fs.writeFileSync(config, JSON.stringify(settings));
  await runTool('typescript/bin/tsc', ['-p', config], { quiet: true });
  fs.rmSync(config);
  for (const file of sources.filter((source) => NODE_ONLY.includes(source))) translate(name, file, folder);
}

function translate(name: string, file: string, folder: string) {
  const { outputText } = ts.transpileModule(fs.readFileSync(inRoot('packages', name, file), 'utf8'), {
    compilerOptions: {
      module: ts.ModuleKind.ESNext,
      target: ts.ScriptTarget.ES2022,
      verbatimModuleSyntax: true,
      rewriteRelativeImportExtensions: true,
    },
  });
  fs.writeFileSync(path.join(folder, inDist(file, '.js')), outputText);
}

function readManifest(name: string): PackageJson {
  return JSON.parse(fs.readFileSync(inRoot('packages', name, 'package.json'), 'utf8')) as PackageJson;
}

/** What the sources say of themselves, pointed at what was made of them. */
function published({ exports, bin, dependencies, ...about }: PackageJson) {
  return {
    ...about,
    type: 'module',
    engines: { node: NODE_MIN },
    files: ['dist', 'README.md'],
    exports: mapValues(exports, (file) => ({ types: inDist(file, '.d.ts'), default: inDist(file, '.js') })),
    ...(bin && { bin: mapValues(bin, (file) => inDist(file, '.js').replace('./', '')) }),
    ...(dependencies && { dependencies }),
  };
}

const inDist = (file: string, ending: string) => `./dist/${path.basename(file, '.ts')}${ending}`;

const mapValues = <T>(record: Record<string, string>, make: (value: string) => T): Record<string, T> =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [key, make(value)]));

const tarballName = ({ name, version }: PackageJson) =>
  `${name.replace('@', '').replace('/', '-')}-${version}`;

/** The npm that runs us, or the one on the path. */
export async function npm(args: string[], cwd: string): Promise<void> {
  const cli = process.env.npm_execpath ?? '';
  const [command, first] = cli.endsWith('npm-cli.js') ? [process.execPath, [cli]] : ['npm', []];
  const child = spawn(command, [...first, ...args], {
    cwd,
    stdio: ['ignore', 'ignore', 'inherit'],
    shell: process.platform === 'win32' && command === 'npm',
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', resolve);
  });
  if (code !== 0) throw new StepFailed(`npm ${args[0]} ended with exit code ${code} in ${cwd}`);
}
