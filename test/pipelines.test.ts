import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { CHECK_OPTIONS } from '../src/cli/check/check-options.ts';
import { flagsIn, gitHubAction, gitLabTemplate, preCommitHooks } from './support/pipelines.ts';

const KNOWN = CHECK_OPTIONS.flatMap(({ name, short }) => [
  `--${name}`,
  ...(short === undefined ? [] : [`-${short}`]),
]);

describe('the GitHub Action', () => {
  const { inputs, outputs, runs } = gitHubAction();

  test('uses every input that it has, and has every input that it uses', () => {
    const used = JSON.stringify(runs).matchAll(/\$\{\{ inputs\.([a-z-]+) \}\}/g);
    expect(new Set([...used].map(([, name]) => name))).toEqual(new Set(Object.keys(inputs)));
    for (const { description, default: value } of Object.values(inputs)) {
      expect(description).not.toBe('');
      expect(typeof value).toBe('string');
    }
  });

  test('writes every output that it has', () => {
    const [, { run } = { run: '' }] = runs.steps;
    for (const [name, { value }] of Object.entries(outputs)) {
      expect(value).toBe(`\${{ steps.check.outputs.${name} }}`);
      expect(run).toContain(`"${name}=`);
    }
  });

  test('puts nothing that a stranger names into the text of a script', () => {
    for (const { run } of runs.steps) expect(run).not.toContain('${{');
  });

  test('knows only flags of the command', () => {
    const flags = flagsIn(
      runs.steps[1]?.run ?? '',
      /(?:add |arguments=\(|" |text )(--?[a-z][a-z-]*)(?= "| text)/g,
    );
    expect(flags.length).toBeGreaterThan(8);
    expect(flags.filter((flag) => !KNOWN.includes(flag))).toEqual([]);
  });
});

describe('the GitLab component', () => {
  const { inputs, job, text } = gitLabTemplate();

  test('uses every input that it has, and has every input that it uses', () => {
    const used = text.matchAll(/\$\[\[ inputs\.([a-z-]+) \]\]/g);
    expect(new Set([...used].map(([, name]) => name))).toEqual(new Set(Object.keys(inputs)));
  });

  test('uses every variable that it sets', () => {
    const scripts = [...job.before_script, ...job.script].join('\n');
    const own = Object.keys(job.variables).filter((name) => name.startsWith('CHECK_'));
    expect(own.filter((name) => !scripts.includes(`$${name}`))).toEqual([]);
    expect(scripts).not.toContain('$[[');
  });

  test('knows only flags of the command', () => {
    const flags = flagsIn(job.script.join('\n'), /"(--[a-z-]+)=\$/g);
    expect(flags.length).toBeGreaterThan(5);
    expect(flags.filter((flag) => !KNOWN.includes(flag))).toEqual([]);
  });

  test('installs this version', () => {
    const { version }: { readonly version: string } = JSON.parse(readFileSync('package.json', 'utf8'));
    expect(inputs['package']?.default).toBe(`podproof@${version}`);
  });
});

describe('the hooks for pre-commit', () => {
  const hooks = preCommitHooks();

  test('have ids of their own, and only flags of the command', () => {
    expect(hooks.map(({ id }) => id)).toEqual(['podproof', 'podproof-all']);
    for (const { entry, language, pass_filenames: passed } of hooks) {
      expect({ language, passed }).toEqual({ language: 'node', passed: false });
      expect(entry).toMatch(/^podproof check /);
      expect(flagsIn(entry, / (--?[a-z-]+)/g).filter((flag) => !KNOWN.includes(flag))).toEqual([]);
    }
  });

  test.each([
    ['deploy/web.yaml', true],
    ['charts/web/templates/_names.tpl', true],
    ['services/web/Dockerfile', true],
    ['base/Kustomization', true],
    ['podproof-baseline.json', true],
    ['src/main.ts', false],
  ])('%s: %s', (path, isWatched) => {
    expect(new RegExp(hooks[0]?.files ?? 'x').test(path)).toBe(isWatched);
  });
});

test('docs/pipelines.md names files and flags that are there', () => {
  const text = readFileSync('docs/pipelines.md', 'utf8');
  const flags = flagsIn(text, /(?:podproof check[^`\n]*? |`)(--[a-z-]+)/g);
  expect(flags.length).toBeGreaterThan(3);
  expect(flags.filter((flag) => !KNOWN.includes(flag))).toEqual([]);
  const links = [...text.matchAll(/\]\(((?!https?:|#)[^)#]+)\)/g)].map(([, path = '']) => path);
  expect(links.filter((path) => !existsSync(`docs/${path}`))).toEqual([]);
});
