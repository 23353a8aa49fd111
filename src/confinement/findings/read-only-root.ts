import { cleanPath, volumeMounts } from '../volume-mounts.ts';
import { type ContainerFound, type FindingSubject, pathOf } from './subject.ts';
import { type WrittenDirectories, writtenDirectories } from './written-directories.ts';

/**
 * Most programs write somewhere: a pid file, a cache, /tmp. Kubernetes adds no tmpfs by itself. Where the image tells
 * what it writes, the volumes that it lacks are named; else it is told when there is no writable one at all.
 */
export function readOnlyRoot(subject: FindingSubject): ContainerFound | undefined {
  const { rootFilesystem, privileged } = subject.confinement;
  if (!rootFilesystem.value.readOnly || privileged.value) return undefined;
  const written = writtenDirectories(subject.input);
  if (written.ofProgram.length + written.declared.length > 0) return imageWrites(subject, written);
  return volumeMounts(subject.input).some(({ readOnly }) => !readOnly) ? undefined : writesFail(subject);
}

function imageWrites(
  { input }: FindingSubject,
  { program, ofProgram, declared }: WrittenDirectories,
): ContainerFound {
  const isProgram = ofProgram.length > 0 && program !== undefined;
  const problem = isProgram
    ? `${program.program} writes to ${listed(ofProgram)}, where no writable volume is mounted`
    : `the image's VOLUME ${listed(declared)} has no volume: whether it can be written to is left to the runtime`;
  const instead = isProgram ? program.instead : undefined;
  const without =
    instead === undefined
      ? ''
      : `; with the environment variable ${instead.names[0]}: "${instead.value}" ${program?.program ?? ''} needs none`;
  return {
    severity: isProgram ? 'warning' : 'note',
    code: 'read-only-root-image-writes',
    message: `the root is read-only, and ${problem}`,
    path: [...input.container.path, 'volumeMounts'],
    advice: `mount an emptyDir at ${listed([...new Set([...ofProgram, ...declared])])}${without}`,
  };
}

function listed(items: readonly string[]): string {
  return items.length < 2 ? items.join('') : `${items.slice(0, -1).join(', ')} and ${items.at(-1) ?? ''}`;
}

function writesFail(subject: FindingSubject): ContainerFound {
  const places = ownPlaces(subject);
  const known = places.length === 0 ? 'podproof prove shows where' : `its ${places.join(', its ')}`;
  return {
    severity: 'note',
    code: 'read-only-root-without-volume',
    message:
      'the root is read-only and no writable volume is mounted: writing fails everywhere, /tmp included',
    path: pathOf(subject.confinement.rootFilesystem.from, subject, 'readOnlyRootFilesystem'),
    advice: `mount an emptyDir where the program writes (${known})`,
  };
}

/** Where a program writes that is told nothing else: `working directory is /app`, `home is /home/app`. */
function ownPlaces({ input, confinement }: FindingSubject): readonly string[] {
  const { container } = input.container;
  const directory = container.workingDir ?? input.image?.config.config.WorkingDir ?? '';
  const { username } = confinement.user.value;
  const home = input.image?.accounts?.passwd.find(({ name }) => name === username)?.home ?? '';
  return [
    ...(isOwn(directory) ? [`working directory is ${cleanPath(directory)}`] : []),
    ...(isOwn(home) ? [`home is ${cleanPath(home)}`] : []),
  ];
}

/** What passwd says of accounts without a home. */
const nowhere: readonly string[] = ['/', '/nonexistent', '/dev/null'];

function isOwn(directory: string): boolean {
  return directory.startsWith('/') && !nowhere.includes(cleanPath(directory));
}
