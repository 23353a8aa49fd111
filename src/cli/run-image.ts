import { createHash } from 'node:crypto';
import { copyFile, mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf, PodproofError } from '../core/errors.ts';
import { applyDefaults } from '../kube/defaults.ts';
import { formatFieldError } from '../kube/field-error.ts';
import type { Pod } from '../kube/pod.ts';
import { validatePod } from '../kube/validate-pod.ts';
import { objectLookup } from '../manifest/object-lookup.ts';
import { rootLayout } from '../runtime/layout.ts';
import type { CommandContext } from './command.ts';
import type { CommandLine } from './command-line.ts';
import { type DockerFlags, readDockerFlags } from './docker-run/docker-flags.ts';
import { dockerFlagsToPod } from './docker-run/docker-flags-to-pod.ts';
import { findImage } from './find-image.ts';
import { openNode } from './open-node.ts';
import { profileOf } from './profile.ts';
import { runContainer } from './run-container.ts';

/** `podproof run IMAGE`: docker's flags as a pod, and that pod in the foreground; or only printed. */
export async function runImage(line: CommandLine, context: CommandContext): Promise<number> {
  const written = readDockerFlags(line, await readEnvFiles(line.list('env-file')));
  const isDryRun = line.has('dry-run');
  const flags = isDryRun ? written : await stageSeccompProfiles(written, context);
  const image = await findImage('cached', flags.image, context);
  const profile = profileOf(line);
  const { pod, notes } = dockerFlagsToPod({ flags, image, profile, callerEnv: context.env });
  for (const note of notes) context.stderr.write(`podproof: ${note}\n`);
  checkPod(pod);
  if (isDryRun) {
    context.stdout.write(await formatManifest(pod, line.text('output')));
    return 0;
  }
  const node = await openNode({ profile, runtime: line.text('runtime'), lookup: objectLookup([]) }, context);
  return runContainer(applyDefaults(pod), node, context);
}

async function readEnvFiles(paths: readonly string[]): Promise<DockerFlags['envFiles']> {
  return Promise.all(paths.map(async (path) => ({ path, text: await readText(path, '--env-file') })));
}

async function readText(path: string, flag: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new PodproofError('not-found', `cannot read ${flag} "${path}": ${messageOf(error)}`, {
      cause: error,
    });
  }
}

/** A pod names its profile by a path below the node's seccomp directory: the file is brought there, by its content. */
async function stageSeccompProfiles(flags: DockerFlags, context: CommandContext): Promise<DockerFlags> {
  const dir = join(rootLayout(context.root).libDir, 'seccomp', 'run');
  const securityOpt = await Promise.all(
    flags.securityOpt.map(async (option) => {
      const path = /^seccomp[=:](.+)$/.exec(option)?.[1];
      if (path === undefined || path === 'unconfined' || path === 'builtin') return option;
      const text = await readText(path, '--security-opt seccomp');
      const name = `${createHash('sha256').update(text).digest('hex').slice(0, 16)}.json`;
      await mkdir(dir, { recursive: true, mode: 0o700 });
      await copyFile(path, join(dir, name));
      return `seccomp=run/${name}`;
    }),
  );
  return { ...flags, securityOpt };
}

function checkPod(pod: Pod): void {
  const problems = validatePod(applyDefaults(pod)).map(formatFieldError);
  if (problems.length === 0) return;
  throw new PodproofError('usage', 'the Kubernetes API would refuse the pod that these flags make', {
    problems,
  });
}

async function formatManifest(pod: Pod, format: string | undefined): Promise<string> {
  if (format === 'json') return `${JSON.stringify(pod, null, 2)}\n`;
  const { stringify } = await import('yaml');
  return stringify(pod, { lineWidth: 0 });
}
