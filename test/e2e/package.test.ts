import { execFileSync, spawnSync } from 'node:child_process';
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { transformSync } from 'esbuild';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

// The package as a stranger gets it: what is packed, and what a program makes of it that has nothing but it.

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const EXAMPLES = join(ROOT, 'examples', 'library');
const MODULES = join(ROOT, 'node_modules');

interface PackageJson {
  readonly exports: unknown;
  readonly main: string;
  readonly types: string;
  readonly bin: Readonly<Record<string, string>>;
}

interface VitestResults {
  readonly numPassedTests: number;
  readonly testResults: readonly {
    readonly assertionResults: readonly { readonly failureMessages: readonly string[] }[];
  }[];
}

let directory = '';
let packed: readonly string[] = [];
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'pp-package-'));
  const command = ['pack', '--dry-run', '--json', '--ignore-scripts', '--loglevel=error'];
  const listings: readonly { readonly files: readonly { readonly path: string }[] }[] = JSON.parse(
    execFileSync('npm', command, { cwd: ROOT, encoding: 'utf8' }),
  );
  packed = listings.flatMap(({ files }) => files.map(({ path }) => path));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** A project with these packages and no others. */
function project(name: string, packages: readonly string[]): string {
  const root = join(directory, name);
  for (const it of packages) {
    mkdirSync(dirname(join(root, 'node_modules', it)), { recursive: true });
    symlinkSync(join(MODULES, it), join(root, 'node_modules', it));
  }
  writeFileSync(join(root, 'package.json'), '{ "type": "module" }');
  return root;
}

/** What tsc has to say. */
function typeErrors(cwd: string, args: readonly string[]): string {
  return spawnSync(join(MODULES, '.bin', 'tsc'), args, { cwd, encoding: 'utf8' }).stdout;
}

function pathsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value.replace(/^\.\//, '')];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(pathsIn) : [];
}

describe('what is packed', () => {
  test('is all that package.json names', () => {
    const json: PackageJson = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
    const { exports, main, types, bin } = json;
    const named = pathsIn([exports, main, types, bin]);
    expect(named.filter((path) => !packed.includes(path))).toEqual([]);
    expect(named.length).toBeGreaterThan(10);
  });

  test('is no source, no test and nothing that a build left over', () => {
    const surplus = packed.filter(
      (path) =>
        /^(?:src|test|scripts|samples|examples|docs|\.)/.test(path) ||
        path.startsWith('dist/declarations') ||
        (path.endsWith('.ts') && !path.endsWith('.d.ts')),
    );
    expect(surplus).toEqual([]);
  });
});

function run(script: string): unknown {
  const options = { cwd: ROOT, encoding: 'utf8' } as const;
  return JSON.parse(execFileSync(process.execPath, ['--input-type=module', '-e', script], options));
}

describe('a program', () => {
  const USE = `
const { summary } = podproof.checkManifest({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web' }, spec: { containers: [{ name: 'c', image: 'a' }] } });
const checked = await podproof.check({ manifest: 'kind: [', level: 'baseline' });
const refused = await podproof.check({ files: [], level: 'x' }).catch((error) => error);
console.log(JSON.stringify({
  denied: summary.denied,
  problems: checked.summary.problems,
  isPodproofError: refused instanceof podproof.PodproofError,
  matchers: Object.keys(matchers).sort(),
  loaded: loadedBefore.filter((it) => /^NativeModule (?:http|http2|https|tls|dns|child_process|worker_threads)$/.test(it)),
}));`;
  const EXPECTED = {
    denied: 1,
    problems: 1,
    isPodproofError: true,
    matchers: ['toBeAdmitted', 'toStart'],
    loaded: [],
  };
  test('imports it, and with it nothing of network and containers', () => {
    const load = `import * as podproof from 'podproof';
import * as matchers from 'podproof/matchers';
const loadedBefore = [...process.moduleLoadList];`;
    expect(run(load + USE)).toEqual(EXPECTED);
  });

  test('without `import` requires it', () => {
    const load = `import { createRequire } from 'node:module';
const require = createRequire(process.cwd() + '/x.cjs');
const podproof = require('podproof');
const matchers = require('podproof/matchers');
const loadedBefore = [...process.moduleLoadList];`;
    expect(run(load + USE)).toEqual(EXPECTED);
  });
});

describe('TypeScript', () => {
  const USE = `import { check, checkManifest, type CheckReport, exitCodeFor, findingsOf, renderCheck } from 'podproof';
import { toBeAdmitted } from 'podproof/matchers';
const options = { level: 'restricted', version: 'v1.36', images: { web: { User: '1654' } } } as const;
const report: CheckReport = checkManifest({ apiVersion: 'v1', kind: 'Pod' }, options);
const codes: number[] = [exitCodeFor(report.summary, 'would-not-start')];
const messages: string[] = findingsOf(report).map(({ message }) => message);
const sarif: Promise<string> = check({ files: ['deploy'] }).then((it) => renderCheck(it, 'sarif'));
export { codes, messages, sarif, toBeAdmitted };
// @ts-expect-error there is no such level
checkManifest('', { level: 'strict' });
// @ts-expect-error there is nothing to check
void check({});
`;

  test.each([
    ['nodenext', 'nodenext'],
    ['esnext', 'bundler'],
  ])('of a stranger without a test runner compiles all declarations: %s', (module, resolution) => {
    const root = project(module, ['@types/node', 'undici-types']);
    for (const path of packed.filter((it) => it.endsWith('.d.ts') || it.endsWith('package.json'))) {
      const copy = join(root, 'node_modules', 'podproof', path);
      mkdirSync(dirname(copy), { recursive: true });
      copyFileSync(join(ROOT, path), copy);
    }
    const sources = ['use.ts', 'use.cts'];
    for (const source of sources) writeFileSync(join(root, source), USE);
    const strict = ['--strict', '--exactOptionalPropertyTypes', '--skipLibCheck', 'false', '--types', ''];
    const target = ['--target', 'es2022', '--lib', 'es2023', '--module', module];
    const args = ['--noEmit', ...strict, ...target, '--moduleResolution', resolution, ...sources];
    expect(typeErrors(root, args)).toBe('');
  });
});

describe('examples/library', () => {
  let root = '';
  beforeAll(() => {
    root = project('examples', ['vitest', '@kubernetes/client-node', '@types/node', 'undici-types']);
    symlinkSync(ROOT, join(root, 'node_modules', 'podproof'));
    cpSync(EXAMPLES, root, { recursive: true });
  });

  test('is all that docs/library.md shows', () => {
    const files = readdirSync(EXAMPLES).filter((name) => /\.(?:ts|cjs|json)$/.test(name));
    const shown = files.map((name) => readFileSync(join(EXAMPLES, name), 'utf8')).join('\n');
    const page = readFileSync(join(ROOT, 'docs', 'library.md'), 'utf8');
    const blocks = [...page.matchAll(/(?:^ {4}.*\n|^\n(?= {4}))+/gm)].map(([block]) =>
      block.replaceAll(/^ {4}/gm, '').trim(),
    );
    const missing = blocks.filter((block) => !shown.includes(block));
    // What a person types, and what they see: the latter is held below.
    expect(missing.map((block) => block.split('\n')[0])).toEqual([
      'npm install --save-dev podproof',
      'expected every pod of the manifest to be admitted',
    ]);
  });

  test('compiles', () => {
    expect(typeErrors(root, [])).toBe('');
  });

  test('passes in Vitest, and fails as docs/library.md shows', () => {
    const broken = readFileSync(join(root, 'deploy', 'web.yaml'), 'utf8').replace(
      / *allowPrivilegeEsc.*\n/,
      '',
    );
    writeFileSync(join(root, 'deploy', 'broken.yaml'), broken);
    writeFileSync(
      join(root, 'broken.test.ts'),
      `import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
test('broken', () => {
  expect(readFileSync('deploy/broken.yaml', 'utf8')).toBeAdmitted();
});
`,
    );
    const { stdout } = spawnSync(join(MODULES, '.bin', 'vitest'), ['run', '--reporter=json'], {
      cwd: root,
      encoding: 'utf8',
      env: { ...process.env, VITEST: undefined },
    });
    const results: VitestResults = JSON.parse(stdout);
    const { numPassedTests, testResults } = results;
    const failures = testResults.flatMap(({ assertionResults }) =>
      assertionResults.flatMap(({ failureMessages }) => failureMessages),
    );
    expect(numPassedTests).toBe(4);
    expect(failures).toHaveLength(1);
    const page = readFileSync(join(ROOT, 'docs', 'library.md'), 'utf8').replaceAll(/^ {4}/gm, '');
    const message = /Error: ([^]*?)\n +at /.exec(failures[0] ?? '')?.[1] ?? 'no message';
    expect(page).toContain(message);
  });

  test('its programs run', () => {
    const runExample = (name: string): string => {
      const { code } = transformSync(readFileSync(join(root, `${name}.ts`), 'utf8'), { loader: 'ts' });
      writeFileSync(join(root, `${name}.js`), code);
      return execFileSync(process.execPath, [`${name}.js`], { cwd: root, encoding: 'utf8' });
    };
    rmSync(join(root, 'deploy', 'broken.yaml'), { force: true });
    expect(runExample('check-manifest')).toContain("from: 'image USER 1654'");
    expect(runExample('check-repository')).toContain('1 workload');
    expect(existsSync(join(root, 'podproof.sarif'))).toBe(true);
  });
});
