/**
 * A path as C wants it: its bytes and a NUL. Buffers go through unchanged, because a file name on Linux is bytes,
 * not text.
 */
export function pathBytes(path: string | Buffer): Buffer {
  const bytes = typeof path === 'string' ? Buffer.from(path, 'utf8') : path;
  return Buffer.concat([bytes, Buffer.of(0)]);
}
