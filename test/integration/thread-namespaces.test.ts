import { mkdtempSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { unmountTree } from '../../src/linux/mounts.ts';
import { createPinnedNamespaces, setHostname, withNamespaces } from '../../src/linux/namespaces.ts';
import { canRunContainers } from '../support/machine.ts';

const names = ['net', 'ipc', 'uts'] as const;
let dir: string;
let paths: Record<(typeof names)[number], string>;

beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'podproof-namespaces-'));
  paths = { net: join(dir, 'net'), ipc: join(dir, 'ipc'), uts: join(dir, 'uts') };
});

afterAll(() => {
  rmSync(dir, { recursive: true });
});

function own(): readonly string[] {
  return names.map((name) => readlinkSync(`/proc/thread-self/ns/${name}`));
}

describe.skipIf(!canRunContainers())('a thread in other namespaces', () => {
  beforeAll(() => {
    for (const name of names) writeFileSync(paths[name], '');
    createPinnedNamespaces(paths);
  });

  afterAll(() => {
    for (const name of names) unmountTree(paths[name]);
  });

  it('is there for the work, and back afterwards', () => {
    const before = own();
    const inside = withNamespaces(paths, own);
    for (const [index, name] of names.entries()) expect(inside[index], name).not.toBe(before[index]);
    expect(own()).toEqual(before);
  });

  it('comes back when the work throws, with what was thrown', () => {
    const before = own();
    const name = hostname();
    expect(() =>
      withNamespaces(paths, () => {
        setHostname('elsewhere');
        throw new Error('no luck');
      }),
    ).toThrow('no luck');
    expect(own()).toEqual(before);
    expect(hostname()).toBe(name);
    expect(withNamespaces(paths, hostname)).toBe('elsewhere');
  });

  it('comes back when one of them cannot be entered', () => {
    const before = own();
    expect(() => withNamespaces({ ...paths, uts: join(dir, 'missing') }, () => 'work')).toThrow('ENOENT');
    expect(() => withNamespaces({ ...paths, uts: paths.net }, () => 'work')).toThrow(
      'cannot enter uts namespace',
    );
    expect(own()).toEqual(before);
  });
});
