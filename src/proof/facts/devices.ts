import { fact, type Judge, procSource } from '../fact.ts';
import type { DeviceNode, ObservedDevices } from '../observation.ts';

/** Those that the OCI specification promises to every container. */
const DEFAULT_NODES = ['/dev/full', '/dev/null', '/dev/random', '/dev/tty', '/dev/urandom', '/dev/zero'];

/** With a terminal there is a console; where /dev/ptmx is no link it is a node. Neither leads anywhere but to terminals. */
const TERMINAL_NODES: ReadonlySet<string> = new Set(['/dev/console', '/dev/ptmx']);

/** What runtimes allow every container: making any node (it cannot be opened), those above, and terminals. */
const DEFAULT_RULES: ReadonlySet<string> = new Set([
  'b *:* m',
  'c *:* m',
  'c 1:3 rwm',
  'c 1:5 rwm',
  'c 1:7 rwm',
  'c 1:8 rwm',
  'c 1:9 rwm',
  'c 5:0 rwm',
  'c 5:1 rwm',
  'c 5:2 rwm',
  'c 136:* rwm',
  // The TUN device, which runc allows but does not make.
  'c 10:200 rwm',
]);

interface DeviceView {
  readonly nodes: readonly string[] | 'all of the host';
  /** Which devices its cgroup lets it open: left out where the kernel does not show it. */
  readonly access?: readonly string[] | 'all' | 'default';
}

export const devices: Judge = (subject) => {
  const { value, from } = subject.expected.devices;
  const seen = subject.observed.devices;
  const observed = value.allow === 'all' ? viewOfAll(seen) : viewOfDefault(seen);
  const nodes = value.allow === 'all' ? ('all of the host' as const) : DEFAULT_NODES;
  const expected: DeviceView = seen.rules === null ? { nodes } : { nodes, access: value.allow };
  return [
    fact(subject, {
      field: 'devices',
      expected,
      observed,
      from,
      source: `${procSource(subject, 'root/dev')}${seen.rules === null ? '' : ', devices.list'}`,
      cause: causeOf(expected, observed),
    }),
  ];
};

/** The nodes and rules as a report shows them, whatever was expected. */
export function viewOfDefault(devices: ObservedDevices): DeviceView {
  const nodes = devices.nodes.map(({ path }) => path).filter((path) => !TERMINAL_NODES.has(path));
  return { nodes, ...accessOf(devices) };
}

function viewOfAll(devices: ObservedDevices): DeviceView {
  const has = new Set(devices.nodes.map(identity));
  const missing = devices.hostNodes.filter(
    (node) => !TERMINAL_NODES.has(node.path) && !has.has(identity(node)),
  );
  const nodes = missing.length === 0 ? ('all of the host' as const) : devices.nodes.map(({ path }) => path);
  return { nodes, ...accessOf(devices) };
}

function accessOf({ rules }: ObservedDevices): Pick<DeviceView, 'access'> {
  if (rules === null) return {};
  if (rules.includes('a *:* rwm')) return { access: 'all' };
  const extra = rules.filter((rule) => !DEFAULT_RULES.has(rule));
  return { access: extra.length === 0 ? 'default' : extra };
}

function identity({ path, type, major, minor }: DeviceNode): string {
  return `${path} ${type} ${major}:${minor}`;
}

function causeOf(expected: DeviceView, observed: DeviceView): string {
  const problems: string[] = [];
  if (typeof expected.nodes === 'string') {
    if (observed.nodes !== expected.nodes)
      problems.push("devices of the host are missing in the container's /dev");
  } else if (typeof observed.nodes !== 'string') {
    const { nodes } = observed;
    const extra = nodes.filter((path) => !expected.nodes.includes(path));
    const missing = DEFAULT_NODES.filter((path) => !nodes.includes(path));
    if (extra.length > 0) problems.push(`there is ${extra.join(', ')} which nobody asked for`);
    if (missing.length > 0) problems.push(`there is no ${missing.join(', ')}`);
  }
  if (expected.access !== observed.access) {
    problems.push(
      expected.access === 'all' ? 'its cgroup does not allow all devices' : 'its cgroup allows more devices',
    );
  }
  return problems.join('; ');
}
