import { readFile, stat } from 'node:fs/promises';
import { isIP } from 'node:net';
import type { Upstream } from './forward.ts';

/** The C library asks no more. */
const maxUpstreams = 3;

/** The name servers in a text of resolv.conf, without `own`, which would ask itself. */
export function parseUpstreams(text: string, own: string): readonly Upstream[] {
  return text
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([keyword, address = '']) => {
      return keyword === 'nameserver' && isIP(address.replace(/%.*$/, '')) !== 0 && address !== own;
    })
    .map(([, address = '']) => ({ address, port: 53 }))
    .slice(0, maxUpstreams);
}

/** Those of this machine, read again when the file has changed. None when there is no such file. */
export function hostUpstreams(own: string, path = '/etc/resolv.conf'): () => Promise<readonly Upstream[]> {
  let known: { readonly version: string; readonly upstreams: readonly Upstream[] } | undefined;
  return async () => {
    try {
      const { mtimeMs, ino, size } = await stat(path);
      const version = `${ino}:${mtimeMs}:${size}`;
      if (known?.version !== version)
        known = { version, upstreams: parseUpstreams(await readFile(path, 'utf8'), own) };
      return known.upstreams;
    } catch {
      return [];
    }
  };
}
