import { mkdir, realpath, stat, unlink, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type * as yaml from 'yaml';
import { PodproofError, systemCodeOf } from '../../core/errors.ts';
import { readIfThere, writePrivateFile } from './private-file.ts';

/** A kubeconfig under edit. Entries of its lists are known by their `name`. */
export interface EditedKubeconfig {
  has(key: string): boolean;
  get(key: string): unknown;
  /** What lies at that path in the entry of this name. */
  getIn(list: string, name: string, path: readonly string[]): unknown;
  set(key: string, value: string): void;
  /** In the place of the entry of this name, else at the end. */
  putEntry(list: string, name: string, entry: object): void;
  removeEntry(list: string, name: string): void;
}

/**
 * Reads, edits and writes back under the file's lock, in one step, keeping what the edit leaves alone, and the owner. An
 * edit that gives false has changed nothing, and nothing is written. Resolves to what it gives.
 */
export async function editKubeconfig(
  path: string,
  edit: (config: EditedKubeconfig) => boolean,
): Promise<boolean> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  // A kubeconfig that is a link, as people who keep their dotfiles elsewhere have it, stays one.
  const file = await realpath(path).catch(() => path);
  const lock = await takeLock(`${file}.lock`);
  try {
    const library = await import('yaml');
    const document = parseConfig(library, file, (await readIfThere(file)) ?? '');
    const isEdited = edit(editorOf(library, document, file));
    if (!isEdited) return false;
    const owner = await stat(file).catch(() => undefined);
    await writePrivateFile(file, document.toString({ lineWidth: 0 }), owner);
    return true;
  } finally {
    await unlink(lock).catch(() => undefined);
  }
}

/** kubectl's own lock on the same file. */
async function takeLock(path: string): Promise<string> {
  try {
    await writeFile(path, '', { flag: 'wx', mode: 0o600 });
    return path;
  } catch (error) {
    if (systemCodeOf(error) !== 'EEXIST') throw error;
    throw new PodproofError('conflict', `cannot change the kubeconfig: "${path}" is there`, {
      advice: `another program is changing it; if none is, remove ${path}`,
      cause: error,
    });
  }
}

type Yaml = typeof yaml;

function parseConfig({ isMap, parseDocument }: Yaml, file: string, text: string): yaml.Document {
  const document: yaml.Document = parseDocument(text, { version: '1.1' });
  const [problem] = document.errors;
  if (problem !== undefined) throw unreadable(file, problem.message);
  if (document.contents === null) document.contents = document.createNode({});
  if (!isMap(document.contents)) throw unreadable(file, 'it is no map');
  return document;
}

function editorOf({ isMap, isSeq, YAMLSeq }: Yaml, document: yaml.Document, file: string): EditedKubeconfig {
  const nameOf = (item: unknown) => (isMap(item) ? item.get('name') : undefined);
  const listOf = (key: string): yaml.YAMLSeq => {
    const found = document.get(key) ?? undefined;
    if (found !== undefined && !isSeq(found)) throw unreadable(file, `"${key}" is no list`);
    const list = found ?? new YAMLSeq();
    if (found === undefined) document.set(key, list);
    // `clusters: []`, as kubectl leaves an empty one, would go on in one line.
    if (list.items.length === 0) list.flow = false;
    return list;
  };
  return {
    has: (key) => document.has(key),
    get: (key) => document.get(key),
    getIn: (key, name, path) => {
      const entry = listOf(key).items.find((item) => nameOf(item) === name);
      return isMap(entry) ? entry.getIn(path) : undefined;
    },
    set: (key, value) => document.set(key, value),
    putEntry: (key, name, entry) => {
      const { items } = listOf(key);
      const index = items.findIndex((item) => nameOf(item) === name);
      items.splice(index === -1 ? items.length : index, 1, document.createNode(entry));
    },
    removeEntry: (key, name) => {
      const list = listOf(key);
      list.items = list.items.filter((item) => nameOf(item) !== name);
    },
  };
}

function unreadable(file: string, found: string): PodproofError {
  return new PodproofError('invalid', `cannot read kubeconfig "${file}": ${found}`, {
    advice: 'mend the file, or go without --merge and use the kubeconfig of its own',
  });
}
