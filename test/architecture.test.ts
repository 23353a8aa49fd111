import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseSync } from 'oxc-parser';
import { describe, expect, test } from 'vitest';

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const SRC = join(ROOT, 'src');

/** What each part may import: the table of ARCHITECTURE.md. A part that is not here may not exist. */
const TABLE: Readonly<Record<string, readonly string[]>> = {
  core: [],
  linux: ['core'],
  kube: ['core'],
  manifest: ['core', 'kube'],
  policy: ['core', 'kube'],
  admission: ['core', 'kube', 'policy'],
  image: ['core', 'linux'],
  confinement: ['core', 'kube', 'image'],
  predict: ['core', 'kube', 'manifest', 'policy', 'admission', 'image', 'confinement'],
  runtime: ['core', 'kube', 'linux', 'image', 'confinement'],
  proof: ['core', 'kube', 'linux', 'confinement'],
  node: ['core', 'kube', 'linux', 'image', 'confinement', 'runtime', 'proof'],
  apiserver: ['core', 'kube', 'admission'],
  controllers: ['core', 'kube'],
  services: ['core', 'kube', 'linux', 'runtime'],
  kubelet: ['core', 'kube', 'linux', 'image', 'confinement', 'runtime', 'proof', 'node', 'apiserver'],
  report: ['core'],
  dockerfile: ['core', 'image', 'confinement', 'kube'],
  compose: ['core', 'kube', 'manifest'],
  repository: ['core', 'kube', 'policy', 'manifest'],
  check: [
    'core',
    'kube',
    'manifest',
    'policy',
    'admission',
    'image',
    'confinement',
    'predict',
    'dockerfile',
    'compose',
    'repository',
    'report',
  ],
  matchers: ['core', 'check'],
  cli: [
    'core',
    'linux',
    'kube',
    'manifest',
    'policy',
    'admission',
    'image',
    'confinement',
    'predict',
    'runtime',
    'proof',
    'node',
    'apiserver',
    'controllers',
    'services',
    'kubelet',
    'dockerfile',
    'compose',
    'repository',
    'check',
    'report',
  ],
};

/**
 * Sub-folders are private to their part, but for those that are data for everyone: the JSON contract, and the schemas of
 * Kubernetes' kinds. The API's kinds, its patches and OpenAPI, and what the node keeps on disk are all read by the latter.
 */
const PUBLIC_FOLDERS: readonly string[] = [
  'core/contract',
  'kube/schema',
  'report/check',
  'check/suppression',
];

/** Parts without I/O, clock, random or environment. */
const PURE = ['core', 'kube', 'policy', 'admission', 'confinement'];

/** A digest is arithmetic: the one thing that a pure file takes from a module of Node.js with effects. */
const DIGESTS = ['core/finding-fingerprint.ts'];

/** `confinement/` is pure: of `image/` it may use the value types and the pure resolution of users. */
const PURE_IMAGE_MODULES = ['image/image.ts', 'image/user.ts'];

/** The API server asks the node through a port of its own, and that is all that the kubelet knows of it. */
const KUBELET_PORT = 'apiserver/kubelet-port.ts';

interface SourceFile {
  readonly path: string;
  readonly part: string;
  readonly text: string;
  readonly imports: readonly string[];
}

function sourceFiles(): readonly SourceFile[] {
  return readdirSync(SRC, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts') && !path.endsWith('.test.ts'))
    .sort()
    .map((path) => {
      const text = readFileSync(join(SRC, path), 'utf8');
      const { module } = parseSync(path, text);
      const literal = (start: number, end: number) => text.slice(start, end).replace(/^['"`]|['"`]$/g, '');
      const imports = [
        ...module.staticImports.map((entry) => entry.moduleRequest.value),
        ...module.staticExports.flatMap((entry) =>
          entry.entries.flatMap((item) => (item.moduleRequest ? [item.moduleRequest.value] : [])),
        ),
        ...module.dynamicImports.map((entry) => literal(entry.moduleRequest.start, entry.moduleRequest.end)),
      ];
      return { path, part: path.includes('/') ? path.slice(0, path.indexOf('/')) : '', text, imports };
    });
}

const FILES = sourceFiles();

/** The path below src/ of a relative import, or undefined for a package or a Node.js module. */
function targetOf(file: SourceFile, specifier: string): string | undefined {
  if (!specifier.startsWith('.')) return undefined;
  return relative(SRC, resolve(SRC, dirname(file.path), specifier));
}

/** Every import between two files as a pair, in the order of the files. */
function importPairs(): readonly { readonly file: SourceFile; readonly target: string }[] {
  return FILES.flatMap((file) =>
    file.imports.flatMap((specifier) => {
      const target = targetOf(file, specifier);
      return target === undefined ? [] : [{ file, target }];
    }),
  );
}

describe('the dependency table', () => {
  test('every part of src/ stands in it', () => {
    const parts = new Set(FILES.map((file) => file.part).filter((part) => part !== ''));
    expect([...parts].filter((part) => !(part in TABLE))).toEqual([]);
  });

  test('no file imports a part that its own may not', () => {
    const offences = importPairs()
      .filter(({ file }) => file.part !== '')
      .filter(({ file, target }) => {
        const part = target.slice(0, target.indexOf('/'));
        return part !== file.part && !TABLE[file.part]?.includes(part);
      })
      .map(({ file, target }) => `src/${file.path} imports src/${target}`);
    expect(offences).toEqual([]);
  });

  test("a part's sub-folders are private to it", () => {
    const offences = importPairs()
      .filter(({ file, target }) => {
        const part = target.slice(0, target.indexOf('/'));
        if (part === file.part || file.part === '') return false;
        return dirname(target) !== part && !PUBLIC_FOLDERS.includes(dirname(target));
      })
      .map(({ file, target }) => `src/${file.path} imports src/${target}`);
    expect(offences).toEqual([]);
  });

  test('no import cycle', () => {
    expect(findCycles()).toEqual([]);
  });

  test('no barrel but src/index.ts', () => {
    const barrels = FILES.filter((file) => file.path !== 'index.ts')
      .filter((file) => /^export \* from /m.test(file.text) || /(^|\/)index\.ts$/.test(file.path))
      .map((file) => `src/${file.path}`);
    expect(barrels).toEqual([]);
  });
});

describe('effects stay at the rim', () => {
  test('pure parts import nothing of Node.js but its path arithmetic, and no package', () => {
    const offences = FILES.filter((file) => PURE.includes(file.part)).flatMap((file) =>
      file.imports
        .filter((specifier) => !specifier.startsWith('.') && specifier !== 'node:path')
        .filter((specifier) => specifier !== 'node:crypto' || !DIGESTS.includes(file.path))
        .map((specifier) => `src/${file.path} imports ${specifier}`),
    );
    expect(offences).toEqual([]);
  });

  test('pure parts use no clock, no random and no environment', () => {
    const offences = FILES.filter((file) => PURE.includes(file.part)).flatMap((file) =>
      [
        ...withoutComments(file.text).matchAll(
          /\b(Date\.now|new Date\(\)|Math\.random|(?<!-)process\.\w|performance\.|globalThis)/g,
        ),
      ].map((match) => `src/${file.path} uses ${match[1]}`),
    );
    expect(offences).toEqual([]);
  });

  test('of image/, confinement/ uses only the values and the pure resolution of users', () => {
    const offences = importPairs()
      .filter(({ file, target }) => file.part === 'confinement' && target.startsWith('image/'))
      .filter(({ target }) => !PURE_IMAGE_MODULES.includes(target))
      .map(({ file, target }) => `src/${file.path} imports src/${target}`);
    expect(offences).toEqual([]);
  });

  test('of apiserver/, the kubelet knows only the port that it carries out', () => {
    const offences = importPairs()
      .filter(({ file, target }) => file.part === 'kubelet' && target.startsWith('apiserver/'))
      .filter(({ target }) => target !== KUBELET_PORT)
      .map(({ file, target }) => `src/${file.path} imports src/${target}`);
    expect(offences).toEqual([]);
  });

  test('controllers touch the world only through the API', () => {
    const offences = FILES.filter((file) => file.part === 'controllers').flatMap((file) =>
      file.imports
        .filter((specifier) => /^(?:node:)?(?:fs|net|http|https|child_process|os|dgram)\b/.test(specifier))
        .map((specifier) => `src/${file.path} imports ${specifier}`),
    );
    expect(offences).toEqual([]);
  });

  test("processes are started only in runtime/ and by repository/'s programs, the kernel is called only in linux/", () => {
    const rules = [
      {
        packages: ['node:child_process', 'child_process', 'execa', '@lydell/node-pty'],
        place: /^(?:runtime\/|repository\/[a-z-]+-program\.ts$)/,
      },
      { packages: ['koffi'], place: /^linux\// },
    ];
    const offences = rules.flatMap(({ packages, place }) =>
      FILES.filter((file) => !place.test(file.path)).flatMap((file) =>
        file.imports
          .filter((specifier) => packages.includes(specifier))
          .map((specifier) => `src/${file.path} imports ${specifier}`),
      ),
    );
    expect(offences).toEqual([]);
  });
});

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '');
}

/** Import cycles as `a.ts -> b.ts -> a.ts`. Type-only imports count: a cycle of types is a cycle of ideas. */
function findCycles(): readonly string[] {
  const edges = new Map<string, string[]>();
  for (const { file, target } of importPairs())
    edges.set(file.path, [...(edges.get(file.path) ?? []), target]);
  const done = new Set<string>();
  const cycles: string[] = [];
  const visit = (path: string, trail: readonly string[]): void => {
    const start = trail.indexOf(path);
    if (start >= 0) {
      cycles.push([...trail.slice(start), path].join(' -> '));
      return;
    }
    if (done.has(path)) return;
    for (const target of edges.get(path) ?? []) visit(target, [...trail, path]);
    done.add(path);
  };
  for (const file of FILES) visit(file.path, []);
  return cycles;
}
