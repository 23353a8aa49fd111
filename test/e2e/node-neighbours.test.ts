import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { shell, sleeper } from '../support/kube-objects.ts';
import { canRunKubectl } from '../support/machine.ts';
import { type OwnNode, ownNode } from '../support/own-node.ts';

const ready = ['wait', '--for=condition=Ready', 'pod', '--all', '--timeout=30s'];
const service = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'web' },
  spec: { selector: { app: 'web' }, ports: [{ port: 80, targetPort: 8080 }] },
};

function web(text: string): object {
  return shell('web', `mkdir /w && echo ${text} > /w/index.html && httpd -f -p 8080 -h /w`, {
    labels: { app: 'web' },
  });
}

describe.runIf(canRunKubectl())('two nodes on one machine', () => {
  let nodes: readonly OwnNode[];
  beforeAll(async () => {
    nodes = [await ownNode(), await ownNode()];
    await Promise.all(nodes.map((node) => node.ok(['up'])));
    await Promise.all(
      nodes.map((node, index) => node.apply(web(`node ${index}`), service, sleeper('client'))),
    );
    await Promise.all(nodes.map((node) => node.kubectlOk(ready)));
  });
  afterAll(() => Promise.all(nodes.map((node) => node.remove())));

  test('each has its own service of the same name', async () => {
    for (const [index, node] of nodes.entries())
      await expect.poll(() => asked(node).catch(String), { timeout: 10_000 }).toBe(`node ${index}\n`);
  });

  test('the end of one takes nothing of the other', async () => {
    const [first, second] = nodes;
    if (first === undefined || second === undefined) throw new Error('there are two');
    await first.ok(['down']);
    expect(first.onMachine()).toEqual([]);
    expect(await asked(second)).toBe('node 1\n');
    await first.ok(['up']);
    await first.kubectlOk(ready);
    await expect.poll(() => asked(first).catch(String), { timeout: 10_000 }).toBe('node 0\n');
    expect(await asked(second)).toBe('node 1\n');
  });

  test('run and prove beside a node that runs, in its own root, and leave it as it is', async () => {
    const [node] = nodes;
    if (node === undefined) throw new Error('there are two');
    const pods = await node.podsAsTheyAre();
    const manifest = join(node.root, 'pod.json');
    writeFileSync(manifest, JSON.stringify(sleeper('proven')));
    const [ran, proven] = await Promise.all([
      node.podproof(['run', 'localhost/busybox:root', 'hostname', '-i']),
      node.podproof(['prove', '-f', manifest]),
    ]);
    expect(ran.exitCode, ran.stderr).toBe(0);
    expect(pods).not.toContain(` ${ran.stdout.trim()} `);
    expect(proven.exitCode, proven.stderr).toBe(0);
    // Nobody has taken the network away, or pods for dead.
    expect(await asked(node)).toBe('node 0\n');
    expect(await node.podsAsTheyAre()).toBe(pods);
    expect(ran.stderr + proven.stderr).not.toContain('removed');
  });
});

describe.runIf(canRunKubectl())('what a node is told to be', () => {
  let node: OwnNode;
  beforeAll(async () => {
    node = await ownNode();
    await node.ok(['up', '--no-userns', '--offline']);
  });
  afterAll(() => node.remove());

  test('--no-userns: a pod with hostUsers: false gets the event of the kubelet', async () => {
    await node.apply(sleeper('userns', { spec: { hostUsers: false } }), sleeper('plain'));
    await node.kubectlOk(['wait', '--for=condition=Ready', 'pod/plain', '--timeout=20s']);
    await expect
      .poll(() => node.kubectlOk(['get', 'events', '--field-selector=involvedObject.name=userns']), {
        timeout: 5000,
      })
      .toMatch(/Warning +FailedCreatePodSandBox +pod\/userns +.*user namespaces/i);
    expect(await node.kubectlOk(['get', 'pod', 'userns', '--no-headers'])).toContain('ContainerCreating');
  });

  test('--offline: Always uses what is there, and nothing is asked for what is not', async () => {
    await node.apply(
      sleeper('always', { container: { imagePullPolicy: 'Always' } }),
      sleeper('missing', { container: { image: 'example.invalid/none:1' } }),
    );
    await node.kubectlOk(['wait', '--for=condition=Ready', 'pod/always', '--timeout=20s']);
    await expect
      .poll(() => node.kubectlOk(['get', 'pod', 'missing', '--no-headers']), { timeout: 5000 })
      .toMatch(/ErrImagePull|ImagePullBackOff/);
  });
});

/** What the pods of a node hear from its service. */
function asked(node: OwnNode): Promise<string> {
  return node.kubectlOk(['exec', 'client', '--', 'wget', '-qO-', 'http://web']);
}
