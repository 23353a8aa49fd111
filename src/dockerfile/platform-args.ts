/**
 * The arguments that BuildKit sets by itself. FROM lines know them at once, a stage after `ARG NAME`. The platform that
 * builds is taken for the one that is built for: which machine will build, nobody knows here.
 */
export function platformArgs(
  platform: string,
  targetStage: string,
  buildArgs: Readonly<Record<string, string>>,
): Map<string, string> {
  const [os = '', architecture = '', variant = ''] = platform.split('/');
  const values: readonly (readonly [string, string])[] = [
    ['BUILDPLATFORM', platform],
    ['BUILDOS', os],
    ['BUILDOSVERSION', ''],
    ['BUILDARCH', architecture],
    ['BUILDVARIANT', variant],
    ['TARGETPLATFORM', platform],
    ['TARGETOS', os],
    ['TARGETOSVERSION', ''],
    ['TARGETARCH', architecture],
    ['TARGETVARIANT', variant],
    ['TARGETSTAGE', targetStage],
  ];
  return new Map(values.map(([name, value]) => [name, buildArgOf(buildArgs, name) ?? value]));
}

/** Arguments that a build takes without an ARG line; proxies in either case. */
const withoutArgLine =
  /^(?:(?:HTTP|HTTPS|FTP|NO|ALL)_PROXY|BUILDKIT_\w+|SOURCE_DATE_EPOCH|(?:BUILD|TARGET)(?:PLATFORM|OS|OSVERSION|ARCH|VARIANT)|TARGETSTAGE)$/i;

export function needsNoArgLine(name: string): boolean {
  return withoutArgLine.test(name);
}

/** Own members only: `--build-arg` names are a stranger's too. */
export function buildArgOf(buildArgs: Readonly<Record<string, string>>, name: string): string | undefined {
  return Object.hasOwn(buildArgs, name) ? buildArgs[name] : undefined;
}
