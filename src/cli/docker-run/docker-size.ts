const SUFFIX: Readonly<Record<string, string>> = { b: '', k: 'Ki', m: 'Mi', g: 'Gi', t: 'Ti' };

/** Docker's `512m`, `1g`, `64kb`, `1024` as a Kubernetes quantity (`512Mi`); undefined when it is none. */
export function parseDockerSize(text: string): string | undefined {
  const match = /^(\d+)(?:([bkmgt])(?:i?b)?)?$/i.exec(text);
  if (match === null) return undefined;
  return `${Number(match[1])}${SUFFIX[(match[2] ?? 'b').toLowerCase()] ?? ''}`;
}
