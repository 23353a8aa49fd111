import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, test } from 'vitest';
import { KUBECTL } from '../support/find-kubectls.ts';
import { useKubectl } from '../support/kubectl.ts';
import { canRunKubectl } from '../support/machine.ts';

const SAMPLES =
  process.env['PODPROOF_DOTNET_SAMPLES'] ??
  fileURLToPath(new URL('../../../shared/fixtures/dotnet-samples', import.meta.url));

if (!existsSync(SAMPLES))
  test.skip(`.NET's samples are not at hand (set PODPROOF_DOTNET_SAMPLES): nothing was run`, () => {});

/** .NET's own manifests, as they are, on stand-in images under the names that they use. */
describe.runIf(canRunKubectl() && existsSync(SAMPLES))(".NET's own samples run unchanged", () => {
  const kubectl = useKubectl('default');
  const applied: string[] = [];

  async function apply(name: string): Promise<void> {
    const file = join(SAMPLES, name);
    applied.push(file);
    await kubectl.ok(['apply', '-f', file]);
  }

  afterEach(async () => {
    for (const file of applied.splice(0)) await kubectl.ok(['delete', '-f', file, '--wait=true']);
    await expect.poll(() => kubectl.ok(['get', 'pods', '-o', 'name']), { timeout: 40_000 }).toBe('');
  });

  test('hello-dotnet: three replicas with probes and limits, non-root', async () => {
    await apply('hello-dotnet.yaml');
    await kubectl.ok(['rollout', 'status', 'deployment/hello-dotnet', '--timeout=60s']);
    expect(await kubectl.ok(['get', 'deployment', 'hello-dotnet'])).toMatch(/hello-dotnet\s+3\/3/);
    expect(await kubectl.ok(['exec', 'deployment/hello-dotnet', '--', 'id', '-u'])).toBe('1654\n');
  });

  test('non-root: the service answers who the app is', async () => {
    await apply('non-root.yaml');
    await kubectl.ok(['rollout', 'status', 'deployment/dotnet-non-root', '--timeout=60s']);
    const environment = await fetchThrough('service/dotnet-non-root', 8080, '/Environment');
    expect(environment).toContain('"user":"app"');
  });

  test('dotnet-monitor: an image that is always to be pulled, and an offline node that uses what is loaded', async () => {
    await apply('dotnet-monitor.yaml');
    await kubectl.ok(['rollout', 'status', 'deployment/dotnet-monitor', '--timeout=60s']);
    await expect
      .poll(() => fetchThrough('service/dotnet-monitor', 52_325, '/metrics'), { timeout: 20_000 })
      .toMatch(/systemruntime_working_set_bytes\{pid="\d+",uid="1654"\} \d+/);
  });

  test('prometheus-app: its target is a name that no service has, and is down', async () => {
    await apply('prometheus-app.yaml');
    await kubectl.ok(['rollout', 'status', 'deployment/prometheus', '--timeout=60s']);
    await expect
      .poll(() => fetchThrough('service/prometheus', 9090, '/api/v1/targets'), { timeout: 40_000 })
      .toMatch(/monitor\.default\.svc\.cluster\.local:52325.*"health":"down"/);
  });

  /** What a path answers, through `kubectl port-forward`; empty while nothing answers. */
  async function fetchThrough(target: string, port: number, path: string): Promise<string> {
    const child = spawn(KUBECTL, ['--namespace=default', 'port-forward', target, `:${port}`], {
      env: { ...kubectl.env },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    try {
      const [line] =
        (await child.stdout.iterator({ destroyOnReturn: false }).next()).value?.toString().split('\n') ?? [];
      const local = /127\.0\.0\.1:(\d+)/.exec(line ?? '')?.[1];
      const response = await fetch(`http://127.0.0.1:${local}${path}`);
      return await response.text();
    } catch {
      return '';
    } finally {
      child.kill();
    }
  }
});
