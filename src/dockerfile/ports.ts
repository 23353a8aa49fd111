import { BuildFailure } from './build-failure.ts';
import type { Work } from './work.ts';

/**
 * What `EXPOSE 8000-8010/udp` means: every port as `NUMBER/PROTOCOL`. Addresses and ports of the host are left out.
 * `variable` is one without a value that the text was made with.
 */
export function portsOf(text: string, variable: string | undefined, work: Work): readonly string[] {
  const container = text.slice(text.lastIndexOf(':') + 1);
  const [range = '', protocol = 'tcp'] = container.split('/', 2);
  const [start, end = start] = range.split('-', 2).map(portNumber);
  const name = protocol === '' ? 'tcp' : protocol.toLowerCase();
  if (start === undefined || end === undefined || end < start)
    throw new BuildFailure(`invalid containerPort: ${shortened(text)}`, undefined, variable);
  if (!['tcp', 'udp', 'sctp'].includes(name))
    throw new BuildFailure(`invalid proto: ${shortened(protocol)}`, undefined, variable);
  work.spend((end - start + 1) * 8);
  return Array.from({ length: end - start + 1 }, (_, i) => `${start + i}/${name}`);
}

function portNumber(text: string): number | undefined {
  const port = /^[+-]?\d{1,9}$/.test(text) ? Number(text) : undefined;
  return port !== undefined && port >= 0 && port <= 65_535 ? port : undefined;
}

function shortened(text: string): string {
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}
