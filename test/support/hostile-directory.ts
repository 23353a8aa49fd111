import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  closeSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type Server } from 'node:net';
import { dirname, join } from 'node:path';

/** What is to be said of a file: why it was passed over, what is wrong with it, or which pod it holds. */
export type Expected =
  | { readonly skipped: string }
  | { readonly problem: string }
  | { readonly pod: string }
  /** Nothing at all: nobody looks into it. */
  | { readonly silent: true };

interface HostileFile {
  readonly expected: Expected;
  /** Its content, or how it is made. */
  readonly make: string | Buffer | ((path: string) => void);
}

export function podText(name: string): string {
  return `apiVersion: v1\nkind: Pod\nmetadata: {name: ${name}}\nspec:\n  containers:\n  - {name: c, image: app}\n`;
}

const pod = (name: string, text: string | Buffer = podText(name)): HostileFile => ({
  expected: { pod: name },
  make: text,
});
const skipped = (reason: string, make: HostileFile['make']): HostileFile => ({
  expected: { skipped: reason },
  make,
});
const problem = (message: string, make: HostileFile['make']): HostileFile => ({
  expected: { problem: message },
  make,
});
const link =
  (target: string): ((path: string) => void) =>
  (path) =>
    symlinkSync(target, path);

const NOTHING = 'no Kubernetes object';
const HEAD = 'apiVersion: v1\nkind: Pod\nmetadata: {name: a}\n';
const CROWD = Array.from({ length: 1001 }, (_, index) => `{name: c${index}, image: a}`);
const LAUGHS = ['a: &a [x,x,x,x,x,x,x,x,x]'];
for (const [from, to] of ['ab', 'bc', 'cd', 'de', 'ef', 'fg', 'gh', 'hi'])
  LAUGHS.push(`${to}: &${to} [${Array.from({ length: 9 }, () => `*${from}`).join(',')}]`);

/** What repositories have, by accident and by malice, with what `check` says of each. */
export const HOSTILE_FILES: Readonly<Record<string, HostileFile>> = {
  'a-good.yaml': pod('first'),
  'good.json': pod(
    'json',
    '{"apiVersion":"v1","kind":"Pod","metadata":{"name":"json"},"spec":{"containers":[{"name":"c","image":"a"}]}}',
  ),
  'crlf.yaml': pod('crlf', podText('crlf').replaceAll('\n', '\r\n')),
  'bom.yaml': pod('bom', `\uFEFF${podText('bom')}`),
  'link-within.yaml': { expected: { pod: 'first' }, make: link('a-good.yaml') },
  'li\nne\u001b[31m\u202e.yaml': pod('odd-name'),
  'deep/er/and/deeper/z-good.yml': pod('last'),
  'partly.yaml': pod('partly', `a: {{ .Values.a }}\n---\n${podText('partly')}`),
  'node_modules/a/pod.yaml': { expected: { silent: true }, make: podText('module') },
  '.git/pod.yaml': { expected: { silent: true }, make: podText('git') },
  'README.md': { expected: { silent: true }, make: podText('readme') },

  'elf.yaml': skipped('not UTF-8: it is a binary file', Buffer.from('7f454c4602010100ff00fe00', 'hex')),
  'picture.yaml': skipped(
    'not UTF-8: it is a binary file',
    Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'),
  ),
  Dockerfile: skipped('not UTF-8: it is a binary file', Buffer.from('FROM x\0\nUSER \xff\n', 'latin1')),
  'utf-16.yaml': skipped(
    'not UTF-8: it starts with the byte order mark of UTF-16',
    Buffer.from(`\uFEFF${podText('a')}`, 'utf16le'),
  ),
  'utf-16-bare.yaml': skipped(
    `${NOTHING}: it has null bytes, as binary files and UTF-16 have`,
    Buffer.from(podText('a'), 'utf16le'),
  ),
  'latin1.yaml': skipped('not UTF-8: invalid byte at offset 2', Buffer.from('# \xe9\n', 'latin1')),
  'huge.yaml': skipped('larger than 64 MiB, the most that is read', (path) => {
    const file = openSync(path, 'w');
    ftruncateSync(file, 2 ** 31);
    closeSync(file);
  }),
  'empty.yaml': skipped(`${NOTHING}: the file is empty`, ''),
  'markers.yaml': skipped(`${NOTHING}: nothing but comments`, '---\n---\n---\n'),
  'comments.yaml': skipped(`${NOTHING}: nothing but comments`, '# kind: Pod\n'),
  'documents.yaml': skipped(NOTHING, '---\na: 1\n'.repeat(100_001)),
  'values.yaml': skipped(NOTHING, 'image:\n  repository: a\n'),
  'mkdocs.yml': skipped(NOTHING, 'site_name: a\nemoji: !!python/name:material.extensions.emoji.twemoji\n'),
  'cloudformation.yaml': skipped(
    NOTHING,
    'Resources:\n  A: {Type: X, Properties: {V: !Ref B, C: !Sub "${x}"}}\n',
  ),
  '.github/workflows/ci.yaml': skipped(
    NOTHING,
    'on: push\njobs:\n  a:\n    steps: [{run: "echo ${{ github.sha }}"}]\n',
  ),
  'tsconfig.json': skipped(NOTHING, '{ // a comment\n  "a": 1,\n}\n'),
  'list.yaml': skipped(NOTHING, '- a\n- b\n'),
  'web/templates/deploy.yaml': skipped(
    'a Helm template, not YAML; render it first: helm template bad/web',
    `${HEAD}spec: {{ include "spec" . }}\n`,
  ),
  'jinja.yaml': skipped(
    'a Jinja template, not YAML; render it first',
    '{% for x in y %}\nkind: Pod\napiVersion: v1\n{% endfor %}\n',
  ),
  'socket.yaml': skipped('a socket', () => undefined),
  'pipe.yaml': skipped('a named pipe', (path) => execFileSync('mkfifo', [path])),
  'loop-a.yaml': skipped('too many levels of symbolic links', link('loop-b.yaml')),
  'loop-b.yaml': skipped('too many levels of symbolic links', link('loop-a.yaml')),
  itself: skipped('a link to a directory', link('.')),
  above: skipped('a link to a directory', link('..')),
  proc: skipped('a link to a directory', link('/proc')),
  'passwd.yaml': skipped('a link out of the tree', link('/etc/passwd')),
  'environment.yaml': skipped('a link out of the tree', link('/proc/self/environ')),
  'zero.yaml': skipped('not a regular file', link('/dev/zero')),
  'nowhere.yaml': skipped('no such file or directory', link('nowhere')),
  'closed.yaml': skipped('permission denied', (path) => writeFileSync(path, podText('closed'), { mode: 0 })),
  closed: skipped('permission denied', (path) => {
    mkdirSync(path);
    writeFileSync(join(path, 'a.yaml'), podText('closed'));
    chmodSync(path, 0);
  }),

  'null.yaml': problem('null byte is not allowed in input', podText('a').replace('app', 'a\0p')),
  'deep.yaml': problem('nesting exceeded maxDepth (500)', `${HEAD}spec: ${'['.repeat(100_000)}`),
  'deep.json': problem(
    'nesting exceeded 500 levels',
    `{"apiVersion":"v1","kind":"Pod","spec":${'{"a":'.repeat(20_000)}1${'}'.repeat(20_001)}`,
  ),
  'laughs.yaml': problem(
    'document contains excessive aliasing',
    `apiVersion: v1\nkind: ConfigMap\n${LAUGHS.join('\n')}\n`,
  ),
  'twice.yaml': problem('duplicate field "spec"', `${podText('a')}spec: {}\n`),
  'comma.json': problem(
    'expected a string in double quotes, found "}"',
    '{"apiVersion":"v1","kind":"Pod","metadata":{"name":"t"},}',
  ),
  'key.yaml': problem(
    'a key of 1000000 characters, at most 1024 are allowed',
    `${HEAD}${'k'.repeat(1_000_000)}: 1\n`,
  ),
  'types.yaml': problem('kind must be a string', 'apiVersion: v1\nkind: [Pod]\nmetadata: {}\n'),
  'large.yaml': problem(
    'Request entity too large: limit is 3145728',
    `${HEAD}spec: {nodeName: ${'x'.repeat(3_200_000)}}\n`,
  ),
  'crowd.yaml': problem(
    'a pod of 1001 containers is not judged: more than 1000',
    `${HEAD}spec: {containers: [${CROWD.join(', ')}]}\n`,
  ),
  'compose.yaml': problem('deficient indentation', 'services: [1\n'),
};

/** Makes them all. The server is the other end of the socket, to be closed. */
export async function makeHostileDirectory(directory: string): Promise<Server> {
  for (const [name, { make }] of Object.entries(HOSTILE_FILES)) {
    const path = join(directory, name);
    mkdirSync(dirname(path), { recursive: true });
    if (typeof make === 'function') make(path);
    else writeFileSync(path, make);
  }
  writeFileSync(
    Buffer.concat([Buffer.from(`${directory}/`), Buffer.from('ff2e79616d6c', 'hex')]),
    podText('name'),
  );
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.listen(join(directory, 'socket.yaml'), resolve);
  });
  return server;
}
