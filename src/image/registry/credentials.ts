import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { messageOf, PodproofError, systemCodeOf } from '../../core/errors.ts';
import { isJsonObject } from '../config.ts';
import type { Credentials, RegistryOptions, RunHelper } from '../registry-options.ts';

/** Docker keeps the hub's credentials under this name. */
const hubKey = 'https://index.docker.io/v1/';

/** What was given for a registry, else what Docker's `config.json` has for it: a helper for it, then the store of all, then the file itself. */
export async function findCredentials(
  host: string,
  options: RegistryOptions,
): Promise<Credentials | undefined> {
  if (options.credentials?.host === host) return options.credentials.credentials;
  const path = options.dockerConfigPath ?? defaultConfigPath();
  const config = await readDockerConfig(path);
  if (config === undefined) return undefined;
  const key = host === 'docker.io' ? hubKey : host;
  const helpers = isJsonObject(config['credHelpers']) ? config['credHelpers'] : {};
  const helper = helpers[key] ?? helpers[host] ?? config['credsStore'];
  const fromHelper =
    typeof helper === 'string' && helper !== ''
      ? await askHelper(helper, key, path, options.runHelper)
      : undefined;
  return fromHelper ?? fromAuths(config['auths'], key, path);
}

function defaultConfigPath(): string {
  return join(process.env['DOCKER_CONFIG'] ?? join(homedir(), '.docker'), 'config.json');
}

async function readDockerConfig(path: string): Promise<Readonly<Record<string, unknown>> | undefined> {
  try {
    const json: unknown = JSON.parse(await readFile(path, 'utf8'));
    if (!isJsonObject(json)) throw new PodproofError('invalid', 'it is not an object');
    return json;
  } catch (error) {
    if (systemCodeOf(error) === 'ENOENT') return undefined;
    throw new PodproofError('invalid', `cannot read registry credentials "${path}": ${messageOf(error)}`, {
      cause: error,
    });
  }
}

async function askHelper(
  helper: string,
  key: string,
  path: string,
  runHelper: RunHelper | undefined,
): Promise<Credentials | undefined> {
  const program = `docker-credential-${helper}`;
  const what = `ask credential helper "${program}" for "${key}"`;
  if (!/^[A-Za-z0-9._-]+$/.test(helper))
    throw new PodproofError('invalid', `cannot ${what}: "${path}" names no program`);
  if (runHelper === undefined)
    throw new PodproofError('unsupported', `cannot ${what}: no helper can be run here`);
  try {
    const json: unknown = JSON.parse(await runHelper(program, ['get'], `${key}\n`));
    const { Username, Secret } = isJsonObject(json) ? json : {};
    if (typeof Username !== 'string' || typeof Secret !== 'string')
      throw new PodproofError('invalid', 'its answer has no Username and Secret');
    return Username === '<token>'
      ? { kind: 'identity-token', token: Secret }
      : { kind: 'password', username: Username, password: Secret };
  } catch (error) {
    // The helpers' agreed text for "I have none", which is no error.
    if (messageOf(error).includes('credentials not found')) return undefined;
    throw new PodproofError('unavailable', `cannot ${what}: ${messageOf(error)}`, { cause: error });
  }
}

function fromAuths(auths: unknown, key: string, path: string): Credentials | undefined {
  const entries = isJsonObject(auths) ? auths : {};
  const names = [key, `https://${key}`, `http://${key}`, `https://${key}/v1/`, `https://${key}/v2/`];
  const entry = names.map((name) => entries[name]).find(isJsonObject);
  if (entry === undefined) return undefined;
  const { auth, username, password, identitytoken } = entry;
  if (typeof identitytoken === 'string' && identitytoken !== '')
    return { kind: 'identity-token', token: identitytoken };
  if (typeof username === 'string' && typeof password === 'string')
    return { kind: 'password', username, password };
  if (typeof auth !== 'string' || auth === '') return undefined;
  const decoded = Buffer.from(auth, 'base64').toString('utf8').replace(/\0+$/, '');
  const colon = decoded.indexOf(':');
  if (colon < 0)
    throw new PodproofError(
      'invalid',
      `cannot read registry credentials "${path}": "auths" of "${key}" is no user and password`,
    );
  return { kind: 'password', username: decoded.slice(0, colon), password: decoded.slice(colon + 1) };
}
