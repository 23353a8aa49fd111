import { closeSync, openSync } from 'node:fs';
import { mountWithOptions } from './mount-with-options.ts';
import { MountFlag, mount } from './mounts.ts';

export interface Overlay {
  /** Top-most first. */
  readonly lower: readonly string[];
  /** An existing directory. */
  readonly target: string;
  /** Where what is written goes; undefined: read-only. */
  readonly writable?: { readonly upper: string; readonly work: string };
}

type Option = readonly [key: string, value?: string];

/** mount(2) takes one page of options. */
const maxOptionBytes = 3500;

/** Puts directories over each other, however long their names and whatever their characters, up to the kernel's 500. */
export function mountOverlay({ lower, target, writable }: Overlay): void {
  const own = writable === undefined ? [] : [writable.upper, writable.work];
  const paths = [...lower, ...own];
  if (fits(paths) && paths.every((path) => !/[:,\\]/.test(path))) {
    mountAtOnce(paths, lower.length, target);
    return;
  }
  // The kernel takes the open directories' own short names.
  const fds = paths.map((path) => openSync(path, 'r'));
  try {
    const names = fds.map((fd) => `/proc/self/fd/${fd}`);
    if (fits(names)) mountAtOnce(names, lower.length, target);
    else mountOneByOne(names, lower.length, target);
  } finally {
    for (const fd of fds) closeSync(fd);
  }
}

function fits(paths: readonly string[]): boolean {
  return Buffer.byteLength(paths.join(':')) <= maxOptionBytes;
}

function mountAtOnce(paths: readonly string[], lowerCount: number, target: string): void {
  const options: readonly Option[] = [
    ['lowerdir', paths.slice(0, lowerCount).join(':')],
    ...ownOptions(paths.slice(lowerCount)),
  ];
  const data = options.map((option) => option.join('=')).join(',');
  mount('overlay', target, 'overlay', paths.length === lowerCount ? MountFlag.readOnly : 0, data);
}

function mountOneByOne(paths: readonly string[], lowerCount: number, target: string): void {
  const own = ownOptions(paths.slice(lowerCount));
  mountWithOptions('overlay', target, [
    ...(own.length === 0 ? [['ro'] as const] : []),
    ...paths.slice(0, lowerCount).map((path) => ['lowerdir+', path] as const),
    ...own,
  ]);
}

/** `volatile`: what a container writes into its root does not outlive it, so nothing waits for the disk. */
function ownOptions([upper, work]: readonly string[]): readonly Option[] {
  if (upper === undefined || work === undefined) return [];
  return [['volatile'], ['index', 'off'], ['upperdir', upper], ['workdir', work]];
}
