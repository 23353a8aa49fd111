/** `Always` for `:latest` and for an image without tag and digest, else `IfNotPresent`. */
export function defaultPullPolicy(image: string): 'Always' | 'IfNotPresent' {
  const at = image.indexOf('@');
  const name = at === -1 ? image : image.slice(0, at);
  const tag = tagOf(name);
  const isLatest = tag === undefined ? at === -1 : tag === 'latest';
  return isLatest ? 'Always' : 'IfNotPresent';
}

/** What stands behind the last colon, unless that is the port of a registry. */
function tagOf(name: string): string | undefined {
  const colon = name.lastIndexOf(':');
  const tag = name.slice(colon + 1);
  return colon === -1 || tag === '' || tag.includes('/') ? undefined : tag;
}
