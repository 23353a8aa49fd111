import type { ObservedFact } from '../core/contract/observation-report.ts';
import type { ContainerProof, Fact, ProcessReport } from '../core/contract/proof-report.ts';
import { formatBytes } from '../core/units.ts';
import type { Row } from './columns.ts';
import {
  describeCapabilities,
  describeSeccomp,
  describeValue,
  isRecord,
  shortOrigin,
} from './describe-value.ts';

const LONG_FIELD = 24;

/** What does not hold: expected and observed, who asked for it, where it was read, and the probable cause. */
export function failedFactRows(facts: readonly Fact[]): readonly Row[] {
  return facts
    .filter((fact) => !fact.holds)
    .flatMap((fact): Row[] => {
      const at = fact.line === undefined ? {} : { line: `:${fact.line}` };
      const told = describeDifference(fact.expected, fact.observed);
      // A long name would leave no room for what is told of all the others.
      const head: Row[] =
        fact.field.length > LONG_FIELD
          ? [
              { cells: [fact.field], tone: 'bad' },
              { cells: ['', told], tone: 'bad' },
            ]
          : [{ cells: [fact.field, told], tone: 'bad' }];
      return [
        ...head,
        { cells: ['', `asked for by ${shortOrigin(fact.from)}; read from ${fact.source}`], ...at },
        ...(fact.explanation === undefined ? [] : [{ cells: ['', fact.explanation] }]),
      ];
    });
}

/** Every fact that holds, as the kernel has it, and where it was read. */
export function allFactRows(facts: readonly Fact[]): readonly Row[] {
  return facts
    .filter((fact) => fact.holds)
    .map((fact) => ({
      cells: [fact.field, describeFact(fact.observed), shortSource(fact.source)],
    }));
}

/** Without the process and the cgroup, which are the same for all: `status CapBnd`, `memory.limit_in_bytes`. */
function shortSource(source: string): string {
  return source
    .replace(/^\/proc\/\d+\//, '')
    .replace(/^\/proc\/sys of process .*$/, '/proc/sys')
    .replace(/^\/sys\/fs\/cgroup\/.*\//, 'cgroup ');
}

/** What decides most, in the order in which people ask: from what was observed, by the fields' names. */
export function factSummaryRows(
  facts: readonly (Pick<Fact, 'field' | 'observed'> & Partial<Fact>)[],
  processes: readonly ProcessReport[],
  writable?: ContainerProof['writable'],
): readonly Row[] {
  const values = new Map(facts.filter((fact) => fact.holds !== false).map((fact) => [fact.field, fact]));
  const observed = (field: string): unknown => values.get(field)?.observed;
  const has = (field: string): boolean => values.has(field);
  return [
    ...userRows(facts, processes),
    ...(has('user.groups') ? [{ cells: ['groups', describeIds(observed('user.groups'))] }] : []),
    ...capabilityRow(has, observed),
    ...(has('noNewPrivileges')
      ? [{ cells: ['no new privileges', describeValue(observed('noNewPrivileges'))] }]
      : []),
    ...seccompRow(values.get('seccomp')),
    ...labelRow('AppArmor', observed('appArmor')),
    ...labelRow('SELinux', observed('seLinux')),
    ...userNamespaceRow(has, observed),
    ...hostNamespaceRows(observed),
    ...rootRows(has, observed, writable ?? observedWritable(observed, facts)),
    ...resourceRow(observed),
  ];
}

/** Every field that was observed of a process nobody had an expectation of. */
export function observedRows(facts: readonly ObservedFact[]): readonly Row[] {
  return facts.map((fact) => ({
    cells: [
      fact.field,
      [describeFact(fact.observed), fact.note].filter(Boolean).join('; '),
      shortSource(fact.source),
    ],
  }));
}

function userRows(
  facts: readonly Pick<Fact, 'field' | 'observed'>[],
  processes: readonly ProcessReport[],
): readonly Row[] {
  const uid = facts.find((fact) => fact.field === 'user.uid')?.observed;
  const gid = facts.find((fact) => fact.field === 'user.gid')?.observed;
  if (uid === undefined && gid === undefined) return [];
  const ids = `${describeValue(uid)}:${describeValue(gid)}`;
  const first = processes[0];
  return [{ cells: first === undefined ? ['user', ids] : ['user', ids, hostUser(first)] }];
}

function hostUser({ hostUid }: ProcessReport): string {
  return hostUid === 0 ? 'host uid 0: root on this machine' : `host uid ${hostUid}`;
}

const CAPABILITY_SETS = ['bounding', 'effective', 'permitted', 'inheritable', 'ambient'] as const;

function capabilityRow(
  has: (field: string) => boolean,
  observed: (field: string) => unknown,
): readonly Row[] {
  if (!has('capabilities.bounding') || !has('capabilities.effective')) return [];
  const sets = Object.fromEntries(CAPABILITY_SETS.map((set) => [set, observed(`capabilities.${set}`)]));
  const text = describeCapabilities(sets);
  const empty = CAPABILITY_SETS.every((set) => Array.isArray(sets[set]) && sets[set].length === 0);
  return [{ cells: empty ? ['capabilities', text, 'all five sets are empty'] : ['capabilities', text] }];
}

function seccompRow(fact: (Pick<Fact, 'observed'> & Partial<Fact>) | undefined): readonly Row[] {
  if (fact === undefined) return [];
  const { observed, expected } = fact;
  const name =
    isRecord(observed) && observed['mode'] === 'filter' && isRecord(expected) ? expected : observed;
  const filters = isRecord(observed) && typeof observed['filters'] === 'number' ? observed['filters'] : 0;
  const number = filters === 0 ? [] : [`${filters} ${filters === 1 ? 'filter' : 'filters'}`];
  return [{ cells: ['seccomp', describeSeccomp(name), ...number] }];
}

function labelRow(module: string, observed: unknown): readonly Row[] {
  if (!isRecord(observed) || observed['mode'] === 'none') return [];
  return [{ cells: [module, describeValue(observed['label'] ?? observed['mode'])] }];
}

function userNamespaceRow(
  has: (field: string) => boolean,
  observed: (field: string) => unknown,
): readonly Row[] {
  if (has('namespaces.user') && observed('namespaces.user') === 'host') {
    return [{ cells: ['user namespace', "the host's"] }];
  }
  const maps = observed('userNamespace');
  const range: unknown = isRecord(maps) && Array.isArray(maps['uidMap']) ? maps['uidMap'][0] : undefined;
  if (!isRecord(range)) return [];
  const root = `root in it is host uid ${describeValue(range['outsideId'])}`;
  return [{ cells: ['user namespace', describeFact(maps), root] }];
}

function hostNamespaceRows(observed: (field: string) => unknown): readonly Row[] {
  const shared = ['network', 'pid', 'ipc', 'uts'].filter((kind) => observed(`namespaces.${kind}`) === 'host');
  return shared.length === 0 ? [] : [{ cells: ['shares with host', shared.join(', ')], tone: 'bad' }];
}

function rootRows(
  has: (field: string) => boolean,
  observed: (field: string) => unknown,
  writable: NonNullable<ContainerProof['writable']>,
): readonly Row[] {
  if (!has('rootFilesystem.readOnly')) return [];
  const isReadOnly = observed('rootFilesystem.readOnly') === true;
  const root: Row = { cells: ['root file system', isReadOnly ? 'read-only' : 'writable'] };
  return isReadOnly ? [root, writableRow(writable)] : [root];
}

/** With a writable root it says nothing; without, it is all there is. */
export function writableRow(places: NonNullable<ContainerProof['writable']>): Row {
  const texts = places.map(({ path, what }) => (what === '' ? path : `${path} (${what})`));
  return { cells: ['can write', texts.length === 0 ? 'nowhere' : texts.join(', ')] };
}

/** Of a process that nobody predicted: by its mounts alone. */
function observedWritable(
  observed: (field: string) => unknown,
  facts: readonly Pick<Fact, 'field' | 'observed'>[],
): NonNullable<ContainerProof['writable']> {
  return facts.flatMap(({ field, observed: mount }) => {
    const path = /^mounts\[(\/.*)\]$/.exec(field)?.[1];
    if (path === undefined || !isRecord(mount)) return [];
    const isWritable = mount['readOnly'] === false && !/^\/(proc|sys|dev)(\/|$)/.test(path);
    const holdsFiles = mount['tmpfsReadOnly'] === false && observed('user.uid') === 0;
    return isWritable || holdsFiles ? [{ path, what: '' }] : [];
  });
}

function resourceRow(observed: (field: string) => unknown): readonly Row[] {
  const memory = observed('resources.memory');
  const quota = observed('resources.cpuQuota');
  const period = observed('resources.cpuPeriod');
  const limits = [
    ...(typeof memory === 'number' ? [`memory ${formatBytes(memory)}`] : []),
    ...(typeof quota === 'number' && typeof period === 'number' ? [`cpu ${quota / period}`] : []),
  ];
  return limits.length === 0 ? [] : [{ cells: ['limits', limits.join(', ')] }];
}

function describeIds(value: unknown): string {
  return Array.isArray(value) ? value.map(describeValue).join(' ') || 'none' : describeValue(value);
}

function describeFact(value: unknown): string {
  if (!isRecord(value)) return describeValue(value);
  if ('mode' in value) return describeSeccomp(value);
  if (Array.isArray(value['uidMap'])) return describeIdMaps(value);
  if ('fsType' in value) return describeMount(value);
  return describeValue(value);
}

/** `bind, nosuid, nodev, private`: flags that are off are left out. */
function describeMount(mount: Readonly<Record<string, unknown>>): string {
  return Object.entries(mount)
    .filter(([, value]) => value !== false)
    .map(([name, value]) => {
      if (value === true) return name;
      return name === 'fsType' || name === 'propagation'
        ? describeValue(value)
        : `${name} ${describeValue(value)}`;
    })
    .join(', ');
}

function describeIdMaps({ uidMap, gidMap }: Readonly<Record<string, unknown>>): string {
  const uids = describeRanges(uidMap);
  const gids = describeRanges(gidMap);
  return uids === gids ? uids : `uids ${uids}; gids ${gids}`;
}

function describeRanges(ranges: unknown): string {
  if (!Array.isArray(ranges)) return describeValue(ranges);
  return ranges
    .filter(isRecord)
    .map(
      ({ insideId, outsideId, size }) =>
        `${describeValue(insideId)} -> ${describeValue(outsideId)}, ${describeValue(size)} ids`,
    )
    .join('; ');
}

/** Of two objects only the members that differ. */
function describeDifference(expected: unknown, observed: unknown): string {
  if (!isRecord(expected) || !isRecord(observed) || 'mode' in expected || 'uidMap' in expected) {
    return `expected ${describeFact(expected)}, the kernel has ${describeFact(observed)}`;
  }
  const names = [...new Set([...Object.keys(expected), ...Object.keys(observed)])].filter(
    (name) => JSON.stringify(expected[name]) !== JSON.stringify(observed[name]),
  );
  const pick = (from: Readonly<Record<string, unknown>>): string =>
    names.map((name) => `${name} ${describeValue(from[name])}`).join(', ');
  return `expected ${pick(expected)}, the kernel has ${pick(observed)}`;
}
