// Run by runtime-removal.test.ts as a process to be killed: makes a sandbox and containers in it, then waits.
import { join } from 'node:path';
import type { SandboxRequest } from '../../src/runtime/engine.ts';
import { openEngine } from '../../src/runtime/open-engine.ts';
import { plainConfinement } from './runtime-fixture.ts';

const [, , root = '', json = '{}'] = process.argv;
const engine = await openEngine({ root, profile: 'containerd' });
process.stdout.write('begin\n');
// oxlint-disable-next-line no-unsafe-type-assertion -- given by the test that starts this
const sandbox = await engine.createSandbox(JSON.parse(json) as SandboxRequest);
for (const id of ['one', 'two']) {
  const container = await engine.createContainer({
    sandbox,
    id,
    confinement: plainConfinement(sandbox),
    process: {
      args: ['/bin/sleep', '1000'],
      env: [],
      cwd: '/',
      terminal: false,
      stdin: false,
      stdinOnce: false,
    },
    image: {
      reference: 'test/busybox',
      digest: 'sha256:0',
      config: { architecture: 'amd64', os: 'linux', config: {}, rootfs: { type: 'layers', diff_ids: [] } },
      accounts: { passwd: [], group: [] },
      layerDirs: [join(root, 'layers', 'busybox')],
    },
    mountSources: new Map(),
    logPath: join(sandbox.dir, 'logs', id),
  });
  await engine.startContainer(container);
}
setInterval(() => {}, 1000);
