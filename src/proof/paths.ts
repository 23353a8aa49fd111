/** True for `/a/b` below `/a`, not for `/a` itself. */
export function isBelow(path: string, ancestor: string): boolean {
  return ancestor === '/' ? path !== '/' : path.startsWith(`${ancestor}/`);
}
