import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatReference, parseReference } from './reference.ts';

const digest = `sha256:${'a'.repeat(64)}`;

describe('parseReference', () => {
  test.each([
    ['nginx', 'docker.io/library/nginx:latest', 'nginx:latest'],
    ['nginx:1.27', 'docker.io/library/nginx:1.27', 'nginx:1.27'],
    ['team/app', 'docker.io/team/app:latest', 'team/app:latest'],
    ['docker.io/nginx', 'docker.io/library/nginx:latest', 'nginx:latest'],
    ['index.docker.io/nginx', 'docker.io/library/nginx:latest', 'nginx:latest'],
    ['docker.io/library/team/x', 'docker.io/library/team/x:latest', 'library/team/x:latest'],
    ['localhost/web', 'localhost/web:latest', 'localhost/web:latest'],
    ['localhost:5000/web:1', 'localhost:5000/web:1', 'localhost:5000/web:1'],
    ['[::1]:5000/web', '[::1]:5000/web:latest', '[::1]:5000/web:latest'],
    [
      'mcr.microsoft.com/dotnet/samples:aspnetapp',
      'mcr.microsoft.com/dotnet/samples:aspnetapp',
      'mcr.microsoft.com/dotnet/samples:aspnetapp',
    ],
    ['Registry/web', 'Registry/web:latest', 'Registry/web:latest'],
    [`nginx@${digest}`, `docker.io/library/nginx@${digest}`, `nginx@${digest}`],
    [`nginx:1@${digest}`, `docker.io/library/nginx:1@${digest}`, `nginx:1@${digest}`],
    ['a__b/c-d.e', 'docker.io/a__b/c-d.e:latest', 'a__b/c-d.e:latest'],
  ])('%s is %s', (text, canonical, familiar) => {
    const reference = parseReference(text);
    expect(formatReference(reference)).toBe(canonical);
    expect(formatReference(reference, 'familiar')).toBe(familiar);
  });

  test.each([
    ['Nginx', 'invalid reference format: repository name (library/Nginx) must be lowercase'],
    ['docker.io/team/Web', 'invalid reference format: repository name (team/Web) must be lowercase'],
    ['', 'invalid reference format'],
    [':tag', 'invalid reference format'],
    ['a//b', 'invalid reference format'],
    ['-x/y', 'invalid reference format'],
    ['a b', 'invalid reference format'],
    ['../etc/passwd', 'invalid reference format'],
    ['nginx:', 'invalid reference format'],
    [`nginx:${'t'.repeat(129)}`, 'invalid reference format'],
    ['nginx@sha256:abc', 'invalid reference format'],
    [`nginx@sha1:${'a'.repeat(40)}`, 'unsupported digest algorithm'],
    [`nginx@sha256:${'a'.repeat(40)}`, 'invalid checksum digest length'],
    ['a'.repeat(64), 'cannot specify 64-byte hexadecimal strings'],
    ['x'.repeat(256), 'must not be more than 255 characters'],
    ['nginx\n', 'invalid reference format'],
  ])('%j is refused: %s', (text, problem) => {
    expect(() => parseReference(text)).toThrow(problem);
  });

  test('what is written out is read back as the same', () => {
    const name = fc.stringMatching(/^[a-z0-9]{1,8}(-[a-z0-9]{1,4})?$/);
    const references = fc.record({
      domain: fc.constantFrom('docker.io', 'localhost', 'localhost:5000', 'registry.example.com'),
      repository: fc.array(name, { minLength: 2, maxLength: 3 }).map((names) => names.join('/')),
      tag: fc.stringMatching(/^[A-Za-z0-9_][A-Za-z0-9._-]{0,10}$/),
      digest: fc.option(fc.constant(digest), { nil: undefined }),
    });
    fc.assert(
      fc.property(references, (reference) => {
        expect(parseReference(formatReference(reference))).toEqual(reference);
        expect(parseReference(formatReference(reference, 'familiar'))).toEqual(reference);
      }),
    );
  });
});
