import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type ChangeScope, changeScope } from './change-scope.ts';
import type { ChangedFiles } from './changed-files.ts';

let root: string;

beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'podproof-scope-')));
});

afterEach(() => {
  rmSync(root, { recursive: true });
});

function put(path: string, text = ''): string {
  const file = join(root, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  return file;
}

function scope(changes: Partial<ChangedFiles>, settings: readonly string[] = []): ChangeScope {
  const nothing = { root, mergeBase: 'abc', files: [], deleted: [], directories: [], before: [] };
  return changeScope({ ...nothing, ...changes }, { settings });
}

const at = (path: string): string => join(root, path);

describe('a file', () => {
  test('is checked when it changed, by whichever name, and not otherwise', () => {
    put('a.yaml');
    put('b.yaml');
    put('real/c.yaml');
    symlinkSync(at('a.yaml'), at('link.yaml'));
    symlinkSync(at('real'), at('linked'));
    const { isChanged, count } = scope({ files: ['a.yaml', 'real/c.yaml'] });
    expect(count).toBe(2);
    const changed = ['a.yaml', 'b.yaml', 'link.yaml', 'linked/c.yaml'].filter((path) =>
      isChanged(at(path), 'manifest'),
    );
    expect(changed).toEqual(['a.yaml', 'link.yaml', 'linked/c.yaml']);
  });

  test('of a submodule at another commit is checked', () => {
    put('sub/a.yaml');
    put('subject.yaml');
    const { isChanged } = scope({ directories: ['sub'] });
    expect(isChanged(at('sub/a.yaml'), 'manifest')).toBe(true);
    expect(isChanged(at('subject.yaml'), 'manifest')).toBe(false);
  });

  test('of which nobody knows is checked: standard input, one outside, one that is not there', () => {
    const { isChanged } = scope({});
    expect(isChanged('-', 'manifest')).toBe(true);
    expect(isChanged('/etc/passwd', 'manifest')).toBe(true);
    expect(isChanged(at('none.yaml'), 'manifest')).toBe(true);
  });

  test('of Compose is checked with the files of variables and the Compose files beside it', () => {
    put('app/compose.yaml');
    const others = ['app/.env', 'app/web/compose.base.yaml', 'app/Dockerfile', 'app/readme.md', '.env'];
    const counting = others.filter((file) =>
      scope({ files: [file] }).isChanged(at('app/compose.yaml'), 'compose'),
    );
    expect(counting).toEqual(['app/.env', 'app/web/compose.base.yaml', 'app/Dockerfile']);
  });
});

/** The overlays that are to be rendered again when that file is gone. */
function overlaysWith(file: string): readonly string[] {
  const { isChanged } = scope({ deleted: [file] });
  return ['overlays/prod', 'overlays/test'].filter((path) => isChanged(at(path), 'kustomization'));
}

describe('a rendering', () => {
  test('of a chart changes with any of its files, deleted ones too, and with charts beside it that it takes in', () => {
    put(
      'charts/web/Chart.yaml',
      'name: web\ndependencies:\n  - { name: common, repository: "file://../common" }\n',
    );
    put('charts/common/Chart.yaml', 'name: common\n');
    const inside = [
      'charts/web/templates/deployment.yaml',
      'charts/web/values.yaml',
      'charts/common/templates/_x.tpl',
    ];
    const all = [...inside, 'charts/webshop/values.yaml', 'charts/other.yaml'];
    expect(all.filter((file) => scope({ files: [file] }).isChanged(at('charts/web'), 'chart'))).toEqual(
      inside,
    );
    expect(all.filter((file) => scope({ deleted: [file] }).isChanged(at('charts/web'), 'chart'))).toEqual(
      inside,
    );
  });

  test('of a kustomization changes with its bases, their bases, and the files that they name', () => {
    put(
      'overlays/prod/kustomization.yaml',
      'resources: [../../base]\nconfigMapGenerator:\n  - files: [key=../shared.properties]\n',
    );
    put('overlays/test/kustomization.yaml', 'resources: [../../base]\n');
    put('base/kustomization.yaml', 'resources: [../deep, deployment.yaml]\n');
    put('deep/kustomization.yaml', 'resources: [../base]\n');
    expect(overlaysWith('base/deployment.yaml')).toEqual(['overlays/prod', 'overlays/test']);
    expect(overlaysWith('deep/service.yaml')).toEqual(['overlays/prod', 'overlays/test']);
    expect(overlaysWith('overlays/shared.properties')).toEqual(['overlays/prod']);
    expect(overlaysWith('overlays/test/patch.yaml')).toEqual(['overlays/test']);
    expect(overlaysWith('elsewhere.yaml')).toEqual([]);
  });
});

/** Why a file that did not change is checked, too. */
function isEverything(changes: Partial<ChangedFiles>, settings?: readonly string[]): string | undefined {
  const { everything, isChanged } = scope(changes, settings);
  expect(isChanged(put('a.yaml'), 'manifest')).toBe(everything !== undefined);
  return everything;
}

describe('everything is checked', () => {
  test('when a setting changed', () => {
    const config = put('podproof.yaml');
    expect(isEverything({ files: ['podproof.yaml'] }, [config])).toBe(`"${config}" changed`);
    expect(isEverything({ files: ['values/prod.yaml'] }, [at('values')])).toBe(`"${at('values')}" changed`);
    expect(isEverything({ files: ['other.yaml'] }, [config, '/etc/podproof.yaml'])).toBeUndefined();
  });

  test('when a Namespace or a ServiceAccount changed, is gone, or may have', () => {
    put('namespace.yaml', 'apiVersion: v1\nkind: Namespace\n');
    put('list.json', '{"kind": "List", "items": [{"kind": "Service\\u0041ccount"}]}');
    put('template.yaml', '{{ if x }}\nkind: ServiceAccount\n');
    put('binding.yaml', 'kind: RoleBinding\nsubjects: [{ kind: ServiceAccount, name: x }]\n');
    const about = 'it holds a Namespace or a ServiceAccount';
    expect(isEverything({ files: ['namespace.yaml'] })).toBe(`"namespace.yaml" changed: ${about}`);
    expect(isEverything({ files: ['list.json'] })).toBe(`"list.json" changed: ${about}`);
    expect(isEverything({ files: ['template.yaml'] })).toBe(`"template.yaml" changed: ${about}`);
    expect(isEverything({ files: ['binding.yaml'] })).toBeUndefined();
    const gone = 'a Namespace or a ServiceAccount changed or is gone';
    expect(isEverything({ deleted: ['x.yaml'], before: ['kind: Namespace\n'] })).toBe(gone);
    expect(isEverything({ deleted: ['x.yaml'], before: [undefined] })).toBe(gone);
    expect(isEverything({ deleted: ['x.yaml'], before: ['kind: Pod\n'] })).toBeUndefined();
  });
});
