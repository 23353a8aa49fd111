/** `Always` for `:latest` and for an image without tag and digest, else `IfNotPresent`. */
export function defaultPullPolicy(image: string): 'Always' | 'IfNotPresent' {
  const [name = '', digest] = image.split('@', 2);
  const tag = /:([^/:]+)$/.exec(name)?.[1];
  const isLatest = tag === undefined ? digest === undefined : tag === 'latest';
  return isLatest ? 'Always' : 'IfNotPresent';
}
