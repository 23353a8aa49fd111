import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { chartRoots } from './chart.ts';
import { type ChartOptions, renderChart } from './render-chart.ts';
import { originAt, type Rendering } from './rendering.ts';

// helm itself is not at hand where this is built: a script stands in that behaves as helm's documentation says.

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'podproof-helm-'));
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

/** A helm that runs this script. */
function helm(script: string): void {
  write({ 'bin/helm': `#!/bin/sh\n${script}\n` });
  chmodSync(join(root, 'bin/helm'), 0o755);
}

function render(options: ChartOptions = {}): Promise<Rendering> {
  return renderChart(join(root, 'web'), { root, path: join(root, 'bin'), ...options });
}

const chart = {
  'web/Chart.yaml': 'apiVersion: v2\nname: shop\nversion: 0.1.0\n',
  'web/templates/pod.yaml': 'kind: {{ .Values.kind }}\n',
  'web/charts/db/templates/set.yaml': 'kind: StatefulSet\n',
};

const OUTPUT = `---
# Source: shop/charts/db/templates/set.yaml
kind: StatefulSet
---
# Source: shop/templates/pod.yaml
# a comment
kind: Pod
---
kind: Pod # without a source
---
# Source: shop/templates/../../../etc/passwd
kind: Pod
---
# Source: shop/templates/gone.yaml
kind: Pod
`;

describe('a chart', () => {
  test('is rendered as helm template does, and each document has its template', async () => {
    write(chart);
    helm(`/bin/cat <<'EOF'\n${OUTPUT}EOF`);
    const rendering = await render();
    expect(rendering).toMatchObject({
      ok: true,
      by: `helm template ${join(root, 'web')} --kube-version=1.36.0`,
      text: OUTPUT,
    });
    if (!rendering.ok) return;
    const at = (line: number): string | undefined =>
      originAt(rendering.origins, line)?.template?.replace(root, '');
    expect(at(3)).toBe('/web/charts/db/templates/set.yaml');
    expect(at(7)).toBe('/web/templates/pod.yaml');
    expect(at(12)).toBeUndefined();
    expect(at(15)).toBeUndefined();
    expect(at(1)).toBeUndefined();
  });

  test('gets values, name and namespace', async () => {
    write(chart);
    helm(`echo "$@" >${join(root, 'log')}`);
    const rendering = await render({
      values: ['a.yaml', 'b c.yaml'],
      releaseName: 'shop',
      namespace: 'apps',
    });
    const args = `--kube-version=1.36.0 --namespace=apps --values=a.yaml`;
    expect(readFileSync(join(root, 'log'), 'utf8')).toBe(
      `template shop ${join(root, 'web')} ${args} --values=b c.yaml\n`,
    );
    expect(rendering).toMatchObject({ by: expect.stringMatching(/'--values=b c\.yaml'$/) });
  });

  test('meets no cluster, no configuration and nothing else of the user', async () => {
    write(chart);
    helm(`/usr/bin/env >${join(root, 'log')}`);
    for (const [name, value] of Object.entries({
      KUBECONFIG: '/mine',
      HELM_PLUGINS: '/mine',
      KUBERNETES_SERVICE_HOST: 'mine',
    }))
      process.env[name] = value;
    await render();
    for (const name of ['KUBECONFIG', 'HELM_PLUGINS', 'KUBERNETES_SERVICE_HOST']) delete process.env[name];
    const env = readFileSync(join(root, 'log'), 'utf8');
    expect(env).not.toContain('mine');
    expect(env).toMatch(/^HELM_PLUGINS=\/.*podproof-render-/m);
    expect(env).toMatch(/^HTTPS_PROXY=http:\/\/127\.0\.0\.1:9$/m);
  });

  test('whose dependencies are missing tells how to get them', async () => {
    write(chart);
    helm(`echo 'level=INFO msg="found symbolic link in path"' >&2
echo 'Error: An error occurred while checking for chart dependencies. You may need to run \`helm dependency build\` to fetch missing dependencies: found in Chart.yaml, but missing in charts/ directory: postgresql' >&2
exit 1`);
    expect(await render()).toEqual({
      ok: false,
      problem: {
        file: join(root, 'web'),
        message: expect.stringMatching(
          /^helm template \S+ \S+ failed: An error occurred while checking .*: postgresql$/,
        ),
        advice: `helm dependency build ${join(root, 'web')}`,
      },
    });
  });

  test.each([
    ['sleep 60', /failed: it took longer than 0.3 s$/],
    ['while :; do echo yyyyyyyyyyyyyyyyyyyyyyyyyyyyyy; done', /failed: it wrote more than 1 MiB$/],
    ['kill -KILL $$', /failed: it was ended by SIGKILL$/],
    ['exit 7', /failed: it exited with 7$/],
    ["printf 'Error: \\033[2Ja\\nb\\nc\\nd\\n' >&2; exit 1", /failed: \\u001b\[2Ja b c$/],
  ])('of %j', async (script, message) => {
    write(chart);
    helm(script.replace('sleep', '/bin/sleep'));
    expect(
      await render({ timeoutMs: script.startsWith('sleep') ? 300 : 20_000, maxOutputBytes: 1024 * 1024 }),
    ).toMatchObject({
      problem: { file: join(root, 'web'), message: expect.stringMatching(message) },
    });
  });

  test('is not rendered any more once the check is ended', async () => {
    write(chart);
    helm('/bin/sleep 60');
    const controller = new AbortController();
    const rendering = render({ signal: controller.signal });
    setTimeout(() => controller.abort(), 50);
    expect(await rendering).toMatchObject({
      problem: { message: expect.stringMatching(/: the check was ended$/) },
    });
  });

  test('is skipped without helm', async () => {
    write(chart);
    const skipped = {
      file: join(root, 'web'),
      reason: expect.stringMatching(/^chart not rendered: helm is not installed \(https:/),
    };
    expect(await render({ path: `bin:.:${root}` })).toEqual({ ok: false, skipped });
  });
});

function marker(): string {
  return join(root, 'was-run');
}

describe('a hostile chart is refused before helm is run', () => {
  test('a link out of the tree', async () => {
    write(chart);
    helm(`: >${marker()}`);
    symlinkSync('/etc/passwd', join(root, 'web/templates/passwd.yaml'));
    expect(await render()).toMatchObject({
      problem: {
        file: join(root, 'web/templates/passwd.yaml'),
        message: 'not rendered: a symbolic link leads out of the tree that is checked',
      },
    });
    expect(() => readFileSync(marker())).toThrow();
  });

  test('a link inside of the tree is nothing to mind', async () => {
    write({ ...chart, 'common/x.yaml': '' });
    helm('');
    symlinkSync('../../common/x.yaml', join(root, 'web/templates/x.yaml'));
    expect(await render()).toMatchObject({ ok: true });
  });

  test.each(['http://evil.example/s.json', 'file:///dev/zero', '../../x.json'])(
    'a schema that is read from %s',
    async (ref) => {
      const schema = JSON.stringify({ properties: { a: { $ref: ref } } }).replace('$ref', '\\u0024ref');
      write({ ...chart, 'web/charts/db/values.schema.json': schema });
      helm(`: >${marker()}`);
      expect(await render()).toMatchObject({
        problem: {
          file: join(root, 'web/charts/db/values.schema.json'),
          message: expect.stringContaining(`"${ref}"`),
        },
      });
      expect(() => readFileSync(marker())).toThrow();
    },
  );

  test('a schema that refers to itself is fine', async () => {
    write({ ...chart, 'web/values.schema.json': '{"$ref": "#/definitions/a"}' });
    helm('');
    expect(await render()).toMatchObject({ ok: true });
  });

  test('values from the network', async () => {
    write(chart);
    helm('');
    expect(await render({ values: ['https://evil.example/v.yaml'] })).toMatchObject({
      problem: {
        message: 'not rendered: values "https://evil.example/v.yaml" would be fetched from the network',
      },
    });
  });
});

test('charts in charts and libraries are not rendered alone', () => {
  write({
    ...chart,
    'web/charts/db/Chart.yaml': 'name: db\n',
    'lib/Chart.yaml': 'name: lib\ntype: library\n',
    'charts/api/Chart.yaml': 'name: api\n',
  });
  const all = ['charts/api', 'lib', 'web', 'web/charts/db'].map((name) => join(root, name));
  expect(chartRoots(all)).toEqual({ roots: [all[0], all[2]], included: [all[1], all[3]] });
});
