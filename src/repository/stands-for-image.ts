/**
 * Whether the name of a configured image stands for a reference: it is the reference itself, or the reference without its
 * tag or digest. Both are taken as they are written, but for `docker.io/` and `docker.io/library/`.
 */
export function standsForImage(name: string, reference: string): boolean {
  const known = withoutDefaults(name);
  const wanted = withoutDefaults(reference);
  const [tagged = ''] = wanted.split('@');
  return known === wanted || known === tagged || known === tagged.replace(/:[^/:]*$/, '');
}

function withoutDefaults(reference: string): string {
  return reference.replace(/^docker\.io\//, '').replace(/^library\//, '');
}
