import { delimiter, join } from 'node:path';
import { PodproofError } from '../../core/errors.ts';
import { findProgram } from '../find-program.ts';
import { runProgram } from '../run-program.ts';

const pluginDirs = ['/usr/lib/cni', '/opt/cni/bin', '/usr/libexec/cni'];

/** What pods with a network of their own need. */
export const neededPlugins: readonly string[] = ['bridge', 'host-local', 'portmap'];

/** Absolute path of a CNI plugin by its type, or undefined when it is not installed. */
export function findPlugin(type: string): string | undefined {
  return pluginDirs.map((dir) => findProgram(join(dir, type))).find((path) => path !== undefined);
}

/** Which pod a plugin call is about. */
export interface PluginCall {
  readonly command: 'ADD' | 'DEL' | 'VERSION';
  readonly containerId: string;
  readonly networkNamespace: string;
  /** `K8S_POD_NAME=web;...`. */
  readonly args: string;
}

/** Runs a plugin (CNI specification, section 2) and gives what it printed, decoded; undefined when it printed nothing. */
export async function runPlugin(type: string, call: PluginCall, config: unknown): Promise<unknown> {
  const program = findPlugin(type);
  if (program === undefined)
    throw new PodproofError('unsupported', `cannot set up the pod's network: no CNI plugin "${type}"`, {
      advice: 'apt-get install containernetworking-plugins',
    });
  const { exitCode, stdout, stderr } = await runProgram(program, [], {
    stdin: JSON.stringify(config),
    env: {
      PATH: process.env['PATH'],
      CNI_COMMAND: call.command,
      CNI_CONTAINERID: call.containerId,
      CNI_NETNS: call.networkNamespace,
      CNI_IFNAME: 'eth0',
      CNI_ARGS: call.args,
      CNI_PATH: pluginDirs.join(delimiter),
    },
  });
  const output = decode(stdout);
  if (exitCode === 0) return output;
  const text = errorText(output) ?? (stderr.trim() || stdout.trim());
  throw new PodproofError(
    'runtime',
    `CNI plugin "${type}" failed to ${call.command} "${call.containerId}": ${text}`,
  );
}

function decode(text: string): unknown {
  try {
    return text.trim() === '' ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

function errorText(output: unknown): string | undefined {
  if (typeof output !== 'object' || output === null || !('msg' in output)) return undefined;
  const details = 'details' in output && typeof output.details === 'string' ? output.details : '';
  return [String(output.msg), details].filter(Boolean).join('; ');
}

/** A plugin's own version; Debian's builds know only which version of the specification they follow: `spec 1.0.0`. */
export async function readPluginVersion(program: string): Promise<string> {
  const { stdout, stderr } = await runProgram(program, [], { env: {} });
  const own = /plugin v(\d\S*)/.exec(stdout + stderr)?.[1];
  if (own !== undefined) return own;
  const answer = await runProgram(program, [], { env: { CNI_COMMAND: 'VERSION' } });
  const specification = /"cniVersion":\s*"([^"]+)"/.exec(answer.stdout)?.[1];
  return specification === undefined ? 'unknown' : `spec ${specification}`;
}
