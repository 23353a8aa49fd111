import {
  chmodSync,
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
import process from 'node:process';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { findProgram } from './find-program.ts';
import { kustomizationRoots } from './kustomization-roots.ts';
import { renderKustomization } from './render-kustomization.ts';
import type { Rendering, RenderOptions } from './rendering.ts';

const hasKubectl = findProgram('kubectl', process.env['PATH'] ?? '') !== undefined;
/** CI has kubectl; elsewhere what needs it is skipped. */
const withKubectl = test.skipIf(!hasKubectl && process.env['CI'] === undefined);

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'podproof-kustomize-'));
});

afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

function write(files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
}

function render(directory: string, options: RenderOptions = {}): Promise<Rendering> {
  return renderKustomization(join(root, directory), { root, ...options });
}

/** Where the documents of a rendering come from, relative to the tree. */
function originsOf(rendering: Rendering): readonly string[] {
  if (!rendering.ok) throw new Error(JSON.stringify(rendering));
  return rendering.origins.map(({ line, template, templateLine }) => {
    const file = template === undefined ? '?' : template.replace(root, '');
    return `${line} ${file}:${templateLine ?? '?'}`;
  });
}

const service = 'apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {ports: [{port: 80}]}\n';
const pod =
  'apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec: {containers: [{name: web, image: nginx}]}\n';

const base = {
  'base/kustomization.yaml':
    'resources: [web.yaml]\nconfigMapGenerator:\n- name: cm\n  literals: [URL=https://host/]\n',
  'base/web.yaml': `# two objects\n${service}---\n${pod}`,
};

describe('a kustomization', () => {
  withKubectl('is rendered, and each object traced to its file and line', async () => {
    write({
      ...base,
      'prod/kustomization.yaml': 'namePrefix: prod-\nresources: [../base]\npatches:\n- path: patch.yaml\n',
      'prod/patch.yaml': 'apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec: {hostPID: true}\n',
    });
    const rendering = await render('prod');
    expect(rendering).toMatchObject({
      ok: true,
      by: `kubectl kustomize ${join(root, 'prod')}`,
      text: expect.stringContaining('hostPID: true'),
    });
    expect(originsOf(rendering).map((it) => it.replace(/^\d+ /, ''))).toEqual([
      '/base/kustomization.yaml:?',
      '/base/web.yaml:2',
      '/base/web.yaml:7',
    ]);
    expect(rendering.ok && rendering.text).not.toContain('config.kubernetes.io/origin');
  });

  withKubectl('that cannot be rendered says why, in a line', async () => {
    write({ 'kustomization.yaml': 'resources: [missing.yaml]\n' });
    const rendering = await render('.');
    expect(rendering).toMatchObject({
      problem: {
        file: root,
        message: expect.stringMatching(/^kubectl kustomize \S+ failed: .*missing\.yaml/),
      },
    });
    expect(JSON.stringify(rendering)).not.toContain('run.go');
  });

  withKubectl('with charts in it is not rendered, and how to do it is told', async () => {
    write({ 'kustomization.yaml': 'helmCharts:\n- name: web\n  repo: https://charts.example\n' });
    expect(await render('.')).toMatchObject({
      problem: { advice: expect.stringMatching(/^render it yourself: kustomize build --enable-helm /) },
    });
  });

  test('without kustomize and kubectl is skipped', async () => {
    write(base);
    expect(await render('base', { path: '/nowhere' })).toEqual({
      ok: false,
      skipped: {
        file: join(root, 'base'),
        reason: expect.stringMatching(
          /^kustomization not rendered: neither kustomize nor kubectl is installed \(/,
        ),
      },
    });
  });

  test('is rendered by kustomize where that is there, with nothing of the environment', async () => {
    write(base);
    const log = join(root, 'log');
    write({ 'bin/kustomize': `#!/bin/sh\necho "$@" >${log}\n/usr/bin/env >>${log}\necho 'kind: List'\n` });
    chmodSync(join(root, 'bin/kustomize'), 0o755);
    process.env['OF_TEST'] = 'secret';
    const rendering = await render('base', { path: join(root, 'bin') });
    delete process.env['OF_TEST'];
    expect(rendering).toMatchObject({ ok: true, by: `kustomize build ${join(root, 'base')}` });
    const said = readFileSync(log, 'utf8');
    expect(said).toMatch(/^build /);
    expect(said).not.toContain('secret');
    expect(said).toMatch(/^HTTPS_PROXY=http:\/\/127\.0\.0\.1:9$/m);
    expect(said).not.toMatch(/^PATH=.*\/usr\/bin/m);
  });

  test('nothing is left of the renderer', async () => {
    write(base);
    const temporary = process.env['TMPDIR'];
    process.env['TMPDIR'] = root;
    await render('base');
    if (temporary === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = temporary;
    expect(readdirSync(root)).toEqual(['base']);
  });
});

describe('a hostile kustomization is refused before anything is run', () => {
  const path = '/usr/bin:/bin';

  test.each([
    ['resources: [https://evil.example/x.yaml]', 'https://evil.example/x.yaml'],
    ['resources: [github.com/evil/repo]', 'github.com/evil/repo'],
    ['resources: ["git@evil.example:a/b.git"]', 'git@evil.example:a/b.git'],
    ['resources: [evil.example/repo//x?ref=main]', 'evil.example/repo//x?ref=main'],
    ['bases: ["ssh://evil.example/a"]', 'ssh://evil.example/a'],
    ['components: ["gh:evil/repo"]', 'gh:evil/repo'],
    ['crds: [http://evil.example/crd.json]', 'http://evil.example/crd.json'],
    ['openapi: {path: https://evil.example/o.json}', 'https://evil.example/o.json'],
    ['patches: [{path: https://evil.example/p.yaml}]', 'https://evil.example/p.yaml'],
    ['configMapGenerator: [{name: a, files: ["k=https://evil.example/f"]}]', 'k=https://evil.example/f'],
    ['secretGenerator: [{name: a, envs: [https://evil.example/e]}]', 'https://evil.example/e'],
    ['transformers: ["kind: PatchTransformer\\npath: https://evil.example/p\\n"]', 'https://evil.example/p'],
  ])('%s', async (text, named) => {
    write({ 'kustomization.yaml': `# first\n${text}\n` });
    const marker = join(root, 'was-run');
    write({ 'bin/kustomize': `#!/bin/sh\n: >${marker}\n` });
    chmodSync(join(root, 'bin/kustomize'), 0o755);
    expect(await render('.', { path: `${join(root, 'bin')}:${path}` })).toEqual({
      ok: false,
      problem: {
        file: join(root, 'kustomization.yaml'),
        line: 2,
        column: expect.any(Number),
        message: `not rendered: "${named}" would be fetched from the network`,
        advice: 'allow it with --images pull, or vendor it into the repository',
      },
    });
    expect(readdirSync(root)).not.toContain('was-run');
  });

  test.each(['file:///srv/repo//a', 'git::file:///srv/repo', 'git::/srv/repo', 'ext::sh -c id'])(
    '%s: also with the network allowed',
    async (text) => {
      write({ 'kustomization.yaml': `resources: ["${text}"]\n` });
      expect(await render('.', { network: true })).toMatchObject({
        problem: { message: `not rendered: "${text}" is a repository of this machine` },
      });
    },
  );

  test('also where a base of a base, or the file of a generator, names it', async () => {
    write({
      'kustomization.yaml': 'resources: [a]\n',
      'a/kustomization.yml': 'generators: [gen.yaml]\n',
      'a/gen.yaml': 'kind: ConfigMapGenerator\nfiles: [https://evil.example/f]\n',
    });
    expect(await render('.')).toMatchObject({ problem: { file: join(root, 'a/gen.yaml'), line: 2 } });
  });

  test('directories outside of the tree are not taken in, by their names or through links', async () => {
    write({ 'tree/a/kustomization.yaml': 'resources: [../../outside]\n', 'outside/kustomization.yaml': '' });
    const options = { root: join(root, 'tree') };
    const message = 'not rendered: "../../outside" leads out of the tree that is checked';
    expect(await render('tree/a', options)).toMatchObject({ problem: { message } });
    symlinkSync('../../outside', join(root, 'tree/a/link'));
    write({ 'tree/a/kustomization.yaml': 'resources: [link]\n' });
    expect(await render('tree/a', options)).toMatchObject({
      problem: { message: expect.stringContaining('"link"') },
    });
  });

  withKubectl('with the network allowed it is tried', async () => {
    write({ 'kustomization.yaml': 'resources: ["http://127.0.0.1:9/x.yaml"]\n' });
    const rendering = await render('.', { network: true });
    expect(rendering).toMatchObject({ problem: { message: expect.stringMatching(/^kubectl kustomize /) } });
  });

  withKubectl('what is not allowed in kustomize itself stays so', async () => {
    write({
      'a/kustomization.yaml': 'configMapGenerator:\n- name: a\n  files: [../secret]\n',
      secret: 'x',
    });
    expect(await render('a')).toMatchObject({ problem: { message: expect.stringContaining('security') } });
  });
});

function directoriesOf(...names: string[]): string[] {
  return names.map((name) => join(root, name));
}

describe('which kustomizations are rendered', () => {
  test('those that no other one takes in', () => {
    write({
      'base/kustomization.yaml': '',
      'comp/kustomization.yaml': 'kind: Component\n',
      'alone/kustomization.yaml': 'kind: Component\n',
      'prod/Kustomization': 'resources: [../base]\ncomponents: [../comp]\n',
      'dev/kustomization.yml': 'bases: [../base]\n',
    });
    const directories = directoriesOf('alone', 'base', 'comp', 'dev', 'prod');
    expect(kustomizationRoots(directories)).toEqual({
      roots: directoriesOf('dev', 'prod'),
      included: directoriesOf('alone', 'base', 'comp'),
    });
  });

  test('a base whose overlay is not among them', () => {
    write({ 'base/kustomization.yaml': '', 'prod/kustomization.yaml': 'resources: [../base]\n' });
    expect(kustomizationRoots(directoriesOf('base')).roots).toEqual(directoriesOf('base'));
  });

  test('of those that take each other in, the first', () => {
    write({
      'a/kustomization.yaml': 'resources: [../b]\n',
      'b/kustomization.yaml': 'resources: [../a]\n',
      'self/kustomization.yaml': 'resources: [.]\n',
    });
    expect(kustomizationRoots(directoriesOf('a', 'b', 'self')).roots).toEqual(directoriesOf('a', 'self'));
  });
});
