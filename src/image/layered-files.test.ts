import { describe, expect, test } from 'vitest';
import { type LayerEntry, type LayerView, readLayeredFile } from './layered-files.ts';

const directory: LayerEntry = { kind: 'directory', isOpaque: false };
const opaque: LayerEntry = { kind: 'directory', isOpaque: true };
const whiteout: LayerEntry = { kind: 'whiteout' };
function file(text: string): LayerEntry {
  return { kind: 'file', sizeBytes: text.length, read: () => text };
}
function link(target: string): LayerEntry {
  return { kind: 'symlink', target };
}
function layers(...all: readonly Readonly<Record<string, LayerEntry>>[]): readonly LayerView[] {
  return all.map((entries) => ({ look: (path) => entries[path] }));
}

describe('a file through layers', () => {
  test.each([
    [
      'the upper one wins',
      layers({ etc: directory, 'etc/passwd': file('new') }, { etc: directory, 'etc/passwd': file('old') }),
      'new',
    ],
    [
      'a lower one shows through',
      layers({ etc: directory }, {}, { etc: directory, 'etc/passwd': file('old') }),
      'old',
    ],
    [
      'a whiteout hides it',
      layers({ etc: directory, 'etc/passwd': whiteout }, { etc: directory, 'etc/passwd': file('old') }),
      undefined,
    ],
    [
      'a whiteout of its directory hides it',
      layers({ etc: whiteout }, { etc: directory, 'etc/passwd': file('old') }),
      undefined,
    ],
    [
      'an opaque directory hides it',
      layers({ etc: opaque }, { etc: directory, 'etc/passwd': file('old') }),
      undefined,
    ],
    [
      'a file in place of its directory hides it',
      layers({ etc: directory }, { etc: file('') }, { etc: directory, 'etc/passwd': file('x') }),
      undefined,
    ],
    [
      'a link into another layer is followed',
      layers(
        { etc: directory, 'etc/passwd': link('../usr/passwd') },
        { usr: directory, 'usr/passwd': file('far') },
      ),
      'far',
    ],
    [
      'a linked directory is followed',
      layers(
        { etc: link('/conf/./real') },
        { conf: directory, 'conf/real': directory, 'conf/real/passwd': file('x') },
      ),
      'x',
    ],
    [
      'a link out of the root stays inside',
      layers({ etc: directory, 'etc/passwd': link('../../../../host') }, { host: file('inside') }),
      'inside',
    ],
    [
      'a link to nothing is nothing',
      layers({ etc: directory, 'etc/passwd': link('/proc/self/x') }),
      undefined,
    ],
    ['a directory of that name is no file', layers({ etc: directory, 'etc/passwd': directory }), undefined],
    ['a device is no file', layers({ etc: directory, 'etc/passwd': { kind: 'other' } }), undefined],
  ] as const)('%s', (_, views, expected) => {
    expect(readLayeredFile(views, 'etc/passwd', 100)).toBe(expected);
  });

  test('a loop of links and a file beyond the limit are errors', () => {
    expect(() => readLayeredFile(layers({ etc: link('etc') }), 'etc/passwd', 10)).toThrow(
      'too many symbolic links',
    );
    const long = layers({ etc: directory, 'etc/passwd': file('x'.repeat(11)) });
    expect(() => readLayeredFile(long, 'etc/passwd', 10)).toThrow('the limit is 10');
  });
});
