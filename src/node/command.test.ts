import { describe, expect, it } from 'vitest';
import type { ContainerConfig } from '../image/image.ts';
import type { Container } from '../kube/pod.ts';
import { buildProcess } from './command.ts';

function build(container: Partial<Container>, config: ContainerConfig = {}): unknown {
  const image = {
    architecture: 'amd64',
    os: 'linux',
    config,
    rootfs: { type: 'layers', diff_ids: [] },
  } as const;
  const built = buildProcess(
    { name: 'c', ...container },
    image,
    new Map([
      ['A', 'value'],
      ['PATH', '/mine'],
    ]),
  );
  return built.ok ? built.process : built.message;
}

describe('the command', () => {
  const config = { Entrypoint: ['/entry'], Cmd: ['default'] };
  it.each([
    [{}, ['/entry', 'default']],
    [{ args: ['mine'] }, ['/entry', 'mine']],
    [{ command: ['/cmd'] }, ['/cmd']],
    [{ command: ['/cmd'], args: ['x'] }, ['/cmd', 'x']],
    [{ args: ['$(A)', '$$(A)', '$(NO)'] }, ['/entry', 'value', '$(A)', '$(NO)']],
  ])('of %j', (container, args) => {
    expect(build(container, config)).toMatchObject({ args });
  });

  it("without any is the runtimes' error", () => {
    expect(build({})).toBe('no command specified');
  });
});

it("the image's variables stand behind the manifest's", () => {
  expect(build({ command: ['x'] }, { Env: ['PATH=/image', 'B=2'] })).toMatchObject({
    env: ['PATH=/mine', 'B=2', 'A=value'],
  });
});

it.each([
  [{ workingDir: '/w' }, '/w'],
  [{}, '/image'],
])('the working directory of %j', (container, cwd) => {
  expect(build({ command: ['x'], ...container }, { WorkingDir: '/image' })).toMatchObject({ cwd });
});
