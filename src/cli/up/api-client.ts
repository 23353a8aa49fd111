import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:https';
import { text } from 'node:stream/consumers';
import { parse } from 'yaml';
import { PodproofError, systemCodeOf } from '../../core/errors.ts';
import type { CommandContext } from '../command.ts';
import { nodePaths } from './node-files.ts';

/** Requests to the root's own node, with the credentials of its kubeconfig. */
export interface ApiClient {
  /** The decoded answer. A refusal of the API is a PodproofError with the API's own message. */
  get<T>(path: string): Promise<T>;
  /** The rows of a list as `kubectl get` shows it, by the names of their columns. */
  table(path: string): Promise<readonly TableRow[]>;
  post<T>(path: string, body: unknown): Promise<T>;
  close(): void;
}

export interface TableRow {
  readonly namespace: string;
  readonly name: string;
  readonly cells: Readonly<Record<string, string>>;
}

const timeoutMs = 30_000;

/** Throws `unavailable` when this root has no node, or it does not run. */
export function openApiClient(context: CommandContext): ApiClient {
  const { kubeconfig } = nodePaths(context.root);
  const access = readAccess(kubeconfig);
  const agent = new Agent({ keepAlive: true, ca: access.ca, cert: access.cert, key: access.key });
  // The node is podproof itself, vouched for by its own CA: its answers are what their paths say.
  const send = async <T>(method: string, path: string, body?: unknown, accept = json): Promise<T> =>
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    (await sendRequest({ agent, url: new URL(path, access.server), method, body, accept })) as T;
  return {
    get: (path) => send('GET', path),
    table: async (path) => tableRows(await send('GET', path, undefined, table)),
    post: (path, body) => send('POST', path, body),
    close: () => agent.destroy(),
  };
}

interface Access {
  readonly server: string;
  readonly ca: Buffer;
  readonly cert: Buffer;
  readonly key: Buffer;
}

function readAccess(path: string): Access {
  let document: unknown;
  try {
    document = parse(readFileSync(path, 'utf8'));
  } catch (error) {
    if (systemCodeOf(error) === 'ENOENT') throw noNode(error);
    throw new PodproofError('invalid', `cannot read kubeconfig "${path}"`, { cause: error });
  }
  const cluster = firstOf(document, 'clusters', 'cluster');
  const user = firstOf(document, 'users', 'user');
  return {
    server: cluster['server'] ?? '',
    ca: Buffer.from(cluster['certificate-authority-data'] ?? '', 'base64'),
    cert: Buffer.from(user['client-certificate-data'] ?? '', 'base64'),
    key: Buffer.from(user['client-key-data'] ?? '', 'base64'),
  };
}

/** The strings of `LIST[0].MEMBER` of a kubeconfig. */
function firstOf(document: unknown, list: string, member: string): Readonly<Record<string, string>> {
  const items = isRecord(document) ? document[list] : undefined;
  const first: unknown = Array.isArray(items) ? items[0] : undefined;
  const found = isRecord(first) ? first[member] : undefined;
  const entries = isRecord(found) ? Object.entries(found) : [];
  return Object.fromEntries(
    entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}

interface ApiRequest {
  readonly agent: Agent;
  readonly url: URL;
  readonly method: string;
  readonly body: unknown;
  readonly accept: string;
}

const json = 'application/json';
const table = 'application/json;as=Table;v=v1;g=meta.k8s.io';

function sendRequest({ agent, url, method, body, accept }: ApiRequest): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const headers = { accept, 'content-type': json };
    const sent = request(url, { agent, method, headers, timeout: timeoutMs }, (response) => {
      text(response)
        .then((answer) => decodeAnswer(answer, response.statusCode ?? 0))
        .then(resolve, reject);
    });
    sent.on('timeout', () => sent.destroy(new Error('it does not answer')));
    sent.on('error', (error) => {
      const isDown = systemCodeOf(error) === 'ECONNREFUSED';
      reject(
        isDown
          ? noNode(error)
          : new PodproofError('unavailable', `cannot reach the node at ${url.origin}: ${error.message}`, {
              cause: error,
            }),
      );
    });
    sent.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

function tableRows(value: unknown): readonly TableRow[] {
  const definitions = listOf(value, 'columnDefinitions');
  const names = definitions.map((it) => (isRecord(it) ? String(it['name']) : ''));
  return listOf(value, 'rows').flatMap((row) => {
    if (!isRecord(row) || !isRecord(row['object']) || !isRecord(row['object']['metadata'])) return [];
    const { namespace = '', name = '' } = row['object']['metadata'];
    const cells = listOf(row, 'cells').map((cell, index) => [names[index] ?? '', String(cell)] as const);
    return [{ namespace: String(namespace), name: String(name), cells: Object.fromEntries(cells) }];
  });
}

function listOf(value: unknown, member: string): readonly unknown[] {
  const list = isRecord(value) ? value[member] : undefined;
  return Array.isArray(list) ? list : [];
}

function decodeAnswer(answer: string, statusCode: number): unknown {
  const value = parseJson(answer);
  if (statusCode < 400) return value;
  const message = isRecord(value) && typeof value['message'] === 'string' ? value['message'] : answer;
  throw new PodproofError(statusCode === 404 ? 'not-found' : 'invalid', message);
}

function parseJson(answer: string): unknown {
  try {
    return JSON.parse(answer);
  } catch {
    return answer;
  }
}

function noNode(cause: unknown): PodproofError {
  return new PodproofError('unavailable', 'no node runs here', { advice: 'podproof up', cause });
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
