import type { JudgeSettings } from '../../check/check-job.ts';
import { readPodSecurity } from '../../check/read-pod-security.ts';
import { PodproofError } from '../../core/errors.ts';
import { FAIL_ON, type FailOn } from '../../core/fail-on.ts';
import { type PolicyVersion, parseLevel, parsePolicyVersion } from '../../policy/level-version.ts';
import type { CheckConfig } from '../../repository/check-config.ts';
import type { CommandLine } from '../command-line.ts';
import type { ImageSearch } from '../find-image.ts';
import { profileOf } from '../profile.ts';

/** How a check is to be made: what the command line says, else what podproof.yaml says, else the usual. */
export interface CheckSettings {
  readonly judge: JudgeSettings;
  readonly images: ImageSearch;
  readonly failOn: FailOn;
}

export function checkSettings(line: CommandLine, config: CheckConfig | undefined): CheckSettings {
  const level = parseLevel(line.text('level') ?? '') ?? config?.level;
  const version = versionOption(line) ?? config?.version;
  const podSecurity = line.text('pod-security') ?? config?.podSecurity;
  const username = line.text('as');
  const templatePath = line.text('template-path') ?? config?.templatePath;
  const target = line.text('target');
  const judge: JudgeSettings = {
    profile: line.has('profile') ? profileOf(line) : (config?.profile ?? profileOf(line)),
    ...(level !== undefined && { level }),
    ...(version !== undefined && { version }),
    ...(podSecurity !== undefined && { podSecurity: readPodSecurity(podSecurity) }),
    ...(username !== undefined && { username }),
    ...(templatePath !== undefined && { templatePath }),
    dockerfile: {
      buildArgs: Object.fromEntries(line.list('build-arg').map(buildArg)),
      ...(target !== undefined && { target }),
    },
  };
  return {
    judge,
    images: imageSearch(line.text('images')) ?? config?.images?.search ?? 'cached',
    failOn: FAIL_ON.find((known) => known === line.text('fail-on')) ?? config?.failOn ?? 'would-not-start',
  };
}

function versionOption(line: CommandLine): PolicyVersion | undefined {
  const text = line.text('version');
  if (text === undefined) return undefined;
  const version = parsePolicyVersion(text);
  if (version !== undefined) return version;
  throw new PodproofError(
    'usage',
    `option "--version" cannot be "${text}": it is a version like v1.36, or latest`,
    parsePolicyVersion(`v${text}`) === undefined ? {} : { advice: `did you mean  --version v${text}` },
  );
}

function imageSearch(where: string | undefined): ImageSearch | undefined {
  return where === 'never' || where === 'cached' || where === 'pull' ? where : undefined;
}

/** Without a value it is the environment's, as for docker: that would make a verdict depend on where it is asked. */
function buildArg(word: string): readonly [name: string, value: string] {
  const at = word.indexOf('=');
  if (at > 0) return [word.slice(0, at), word.slice(at + 1)];
  throw new PodproofError('usage', `option "--build-arg" cannot be "${word}": it is NAME=VALUE`, {
    advice: `give it its value:  --build-arg ${word === '' ? 'NAME' : word}=VALUE`,
  });
}
