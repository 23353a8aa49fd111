import { describe, expect, test } from 'vitest';
import { builtImages } from '../../test/fixtures/dockerfiles/built-images.ts';
import { imageOfDockerfile } from './image-of-dockerfile.ts';
import { readDockerfile } from './read-dockerfile.ts';

describe('the configuration of the image that a Dockerfile makes', () => {
  test.each(builtImages.map((it) => [it.name, it] as const))('%s', (_, expected) => {
    const { dockerfile, buildArgs = {}, target } = expected;
    const read = readDockerfile('Dockerfile', dockerfile, {
      buildArgs,
      ...(target !== undefined && { target }),
    });
    if (!read.ok) throw new Error(JSON.stringify(read.problems));
    const { config = {} } = imageOfDockerfile(read.dockerfile, undefined)?.config ?? {};
    expect({
      user: config.User ?? '',
      env: config.Env?.filter((variable) => !variable.startsWith('PATH=')),
      workingDir: config.WorkingDir,
      entrypoint: config.Entrypoint,
      cmd: config.Cmd,
      ports: Object.keys(config.ExposedPorts ?? {}).sort(),
    }).toEqual({
      user: expected.user,
      env: expected.env ?? [],
      workingDir: expected.workingDir,
      entrypoint: expected.entrypoint,
      cmd: expected.cmd,
      ports: expected.ports ?? [],
    });
  });
});
