import { PodproofError } from '../core/errors.ts';
import { formatReference, parseReference, type Reference } from '../image/reference.ts';

/** What the makers of an image document of it, for when the image is not at hand. */
export interface WellKnownBase {
  readonly os?: string;
  /** Its USER; without one it is root. */
  readonly user?: string;
  readonly env?: readonly string[];
  /** The account that is there for applications. */
  readonly account?: { readonly name: string; readonly uid: number };
}

interface Known extends WellKnownBase {
  /** Of the repository with its registry: `docker.io/library/node`. */
  readonly repository: RegExp;
  readonly tag?: RegExp;
}

const dotnet = /^mcr\.microsoft\.com\/dotnet\/(?:nightly\/)?(?:runtime-deps|runtime|aspnet|sdk)$/;
const dotnetUser = { env: ['APP_UID=1654'], account: { name: 'app', uid: 1654 } };
const nonroot = { name: 'nonroot', uid: 65_532 };

/** Distributions, languages and servers of Docker's official images that choose no user. */
const asRoot =
  /^docker\.io\/library\/(?:almalinux|alpine|amazoncorretto|amazonlinux|buildpack-deps|busybox|caddy|composer|debian|eclipse-temurin|fedora|golang|mariadb|maven|mongo|mysql|nextcloud|openjdk|perl|python|redis|rockylinux|ruby|rust|tomcat|ubuntu)$/;
const ubi =
  /^registry\.access\.redhat\.com\/ubi\d+(?:\/ubi(?:-minimal|-micro|-init)?|-minimal|-micro|-init)?$/;

/** The first that fits counts. */
const bases: readonly Known[] = [
  // From .NET 8 on. Images without a shell choose the user, the others only bring it.
  { repository: dotnet, tag: /^(?:8|9|[1-9]\d)\.\d.*(?:chiseled|distroless)/, user: '1654', ...dotnetUser },
  { repository: dotnet, tag: /^(?:8|9|[1-9]\d)\.\d/, ...dotnetUser },
  { repository: /^mcr\.microsoft\.com\/windows(?:\/|$)/, os: 'windows' },
  { repository: /^gcr\.io\/distroless\//, tag: /(?:^|-)nonroot(?:-|$)/, user: '65532', account: nonroot },
  { repository: /^gcr\.io\/distroless\//, account: nonroot },
  { repository: /^docker\.io\/library\/node$/, account: { name: 'node', uid: 1000 } },
  { repository: /^docker\.io\/library\/nginx$/, account: { name: 'nginx', uid: 101 } },
  {
    repository: /^docker\.io\/nginxinc\/nginx-unprivileged$/,
    user: '101',
    account: { name: 'nginx', uid: 101 },
  },
  {
    repository: /^docker\.io\/library\/wordpress$/,
    tag: /^cli/,
    user: 'www-data',
    account: { name: 'www-data', uid: 82 },
  },
  {
    repository: /^docker\.io\/library\/(?:httpd|php|wordpress)$/,
    tag: /alpine/,
    account: { name: 'www-data', uid: 82 },
  },
  {
    repository: /^docker\.io\/library\/(?:httpd|php|wordpress)$/,
    account: { name: 'www-data', uid: 33 },
  },
  {
    repository: /^docker\.io\/library\/postgres$/,
    tag: /alpine/,
    account: { name: 'postgres', uid: 70 },
  },
  { repository: /^docker\.io\/library\/postgres$/, account: { name: 'postgres', uid: 999 } },
  { repository: /^docker\.io\/jenkins\/jenkins$/, user: 'jenkins', account: { name: 'jenkins', uid: 1000 } },
  { repository: asRoot },
  { repository: ubi },
];

/** Tags of Windows images go by the release of Windows: `8.0-nanoserver-ltsc2022`. */
const windowsTag = /(?:^|-)(?:nanoserver|windowsservercore|ltsc20\d\d)(?:-|$)/;

/** What is documented of the image that a reference names; undefined where nothing is. */
export function wellKnownBase(reference: string): WellKnownBase | undefined {
  const parsed = parse(reference);
  if (parsed === undefined) return undefined;
  const { tag = '' } = parsed;
  if (windowsTag.test(tag)) return { os: 'windows' };
  const repository = formatReference({ ...parsed, tag: undefined, digest: undefined });
  return bases.find((it) => it.repository.test(repository) && (it.tag === undefined || it.tag.test(tag)));
}

function parse(reference: string): Reference | undefined {
  try {
    return parseReference(reference);
  } catch (error) {
    if (error instanceof PodproofError) return undefined;
    throw error;
  }
}
