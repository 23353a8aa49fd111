import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf, PodproofError, systemCodeOf } from '../core/errors.ts';
import type { FieldPath } from '../core/field-path.ts';
import type { ImageStoreOptions } from '../image/image-store.ts';
import type { RegistryOptions, RunHelper } from '../image/registry-options.ts';
import { decode } from '../kube/decode.ts';
import { bytesOf } from '../kube/quantity.ts';
import { LineIndex } from '../manifest/line-index.ts';
import { type Node, offsetOf, valueOf } from '../manifest/node.ts';
import { readDocuments } from '../manifest/read-documents.ts';
import { rootLayout } from '../runtime/layout.ts';
import type { CommandContext } from './command.ts';

/** What of a command's context decides about registries. */
export type Surroundings = Pick<CommandContext, 'env' | 'root' | 'signal'>;

/** How images are had: what the user told podproof, and what Docker knows. */
export interface RegistrySettings {
  readonly registry: RegistryOptions;
  readonly limits: NonNullable<ImageStoreOptions['limits']>;
}

/** `registries.yaml`. Everything in it may be left out. */
interface RegistriesFile {
  /** Hosts to ask before the registry itself, in this order: `docker.io: [mirror.example:5000]`. */
  readonly mirrors?: Readonly<Record<string, readonly string[]>>;
  /** Registries without TLS; those on the loopback need not be listed. */
  readonly insecure?: readonly string[];
  /** How much a layer may unpack to. */
  readonly limits?: {
    readonly entries?: number;
    readonly unpackedSize?: string | number;
    readonly ratio?: number;
  };
}

/** The settings of `registries.yaml` and Docker's credentials, with the helpers that Docker would ask for them. */
export async function readRegistrySettings(context: Surroundings): Promise<RegistrySettings> {
  const { env, root, signal } = context;
  const named = env['PODPROOF_REGISTRIES'];
  const isNamed = named !== undefined && named !== '';
  const path = isNamed ? named : join(rootLayout(root).libDir, 'registries.yaml');
  const { mirrors, insecure, limits } = await readRegistriesFile(path, isNamed);
  const config = env['DOCKER_CONFIG'] ?? (env['HOME'] === undefined ? undefined : `${env['HOME']}/.docker`);
  const unpackedBytes = bytesOf(limits?.unpackedSize);
  return {
    registry: {
      signal,
      runHelper: credentialHelper(context),
      ...(config !== undefined && { dockerConfigPath: `${config}/config.json` }),
      ...(mirrors && { mirrors }),
      ...(insecure && { insecureRegistries: insecure }),
    },
    limits: {
      ...(limits?.entries !== undefined && { entries: limits.entries }),
      ...(unpackedBytes !== undefined && { unpackedBytes }),
      ...(limits?.ratio !== undefined && { ratio: limits.ratio }),
    },
  };
}

/** Helpers write what went wrong on their standard output. */
function credentialHelper({ env, signal }: Surroundings): RunHelper {
  return async (program, args, stdin) => {
    const { runProgram } = await import('../runtime/run-program.ts');
    const { exitCode, stdout, stderr } = await runProgram(program, args, { stdin, env, signal });
    if (exitCode === 0) return stdout;
    const told = (stdout.trim() || stderr.trim()).slice(0, 500);
    throw new PodproofError('unavailable', told === '' ? `it ended with exit code ${exitCode}` : told);
  };
}

/** A file that the user named must be there. */
async function readRegistriesFile(path: string, isNamed: boolean): Promise<RegistriesFile> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (!isNamed && systemCodeOf(error) === 'ENOENT') return {};
    throw new PodproofError('invalid', `cannot read registries "${path}": ${messageOf(error)}`, {
      cause: error,
    });
  }
  const { documents, problems } = readDocuments(path, text);
  const [document, second] = documents;
  const found = problems.map(({ offset, message }) => ({ offset, message }));
  if (second !== undefined) found.push({ offset: second.root.offset, message: 'a second document' });
  const file = document && decodeFile(document.root, (offset, message) => found.push({ offset, message }));
  if (found.length === 0) return file ?? {};
  const lines = new LineIndex(text);
  throw new PodproofError('invalid', `cannot read registries "${path}"`, {
    problems: found.map(({ offset, message }) => {
      const { line, column } = lines.positionOf(offset);
      return `${path}:${line}:${column}  ${message}`;
    }),
  });
}

function decodeFile(root: Node, report: (offset: number, message: string) => void): RegistriesFile {
  const { value, problems } = decode<RegistriesFile>(
    {
      mirrors: { '*': ['string'] },
      insecure: ['string'],
      limits: { entries: 'int64', unpackedSize: 'quantity', ratio: 'int64' },
    },
    valueOf(root),
  );
  const tell = (path: FieldPath, message: string): void => report(offsetOf(root, path), message);
  for (const { path, message } of problems) tell(path, message);
  for (const [registry, hosts] of Object.entries(value.mirrors ?? {})) {
    checkHost(registry, ['mirrors', registry], tell);
    hosts.forEach((host, index) => checkHost(host, ['mirrors', registry, index], tell));
  }
  value.insecure?.forEach((host, index) => checkHost(host, ['insecure', index], tell));
  for (const [name, limit] of Object.entries(value.limits ?? {})) {
    if ((bytesOf(limit) ?? 0) <= 0) tell(['limits', name], `limits.${name} must be greater than 0`);
  }
  return value;
}

const HOST = /^(?:[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?|\[[0-9A-Fa-f:]+\])(?::\d{1,5})?$/;

function checkHost(host: string, path: FieldPath, tell: (path: FieldPath, message: string) => void): void {
  if (!HOST.test(host)) tell(path, `"${host}" is no registry: write HOST or HOST:PORT`);
}
