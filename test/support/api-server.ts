import { mkdtemp, rm } from 'node:fs/promises';
import type { ClientRequest, IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { Agent, request as httpsRequest } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { KINDS } from '../../src/apiserver/kinds.ts';
import type { KubeletPort } from '../../src/apiserver/kubelet-port.ts';
import type { ObjectService } from '../../src/apiserver/object-service.ts';
import { type Credentials, openCredentials } from '../../src/apiserver/open-credentials.ts';
import { openObjectService } from '../../src/apiserver/open-object-service.ts';
import { type ApiServer, type ServeOptions, serveApi } from '../../src/apiserver/serve-api.ts';
import { serviceAccountTokens } from '../../src/apiserver/service-account-tokens.ts';

/** The API as it is served, over objects of its own, with a node that can be told what to answer. */
export interface TestApi {
  readonly server: ApiServer;
  readonly options: ServeOptions;
  readonly objects: ObjectService;
  readonly credentials: Credentials;
  /** Requests as the administrator, unless the options say otherwise. */
  send(method: string, path: string, options?: SendOptions): Promise<Answer>;
  /** The answer as soon as its headers are there. */
  open(method: string, path: string, options?: SendOptions): Promise<IncomingMessage>;
  close(): Promise<void>;
}

export interface SendOptions {
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** Without its length. */
  readonly chunked?: boolean;
  /** `certificate` when absent. */
  readonly as?: 'certificate' | 'nobody' | { readonly token: string };
}

export interface Answer {
  readonly code: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  /** The text as JSON, when it is. */
  // oxlint-disable-next-line typescript/no-explicit-any -- whatever a test expects of it
  readonly json: any;
}

export async function startTestApi(kubelet: Partial<KubeletPort> = {}): Promise<TestApi> {
  const dir = await mkdtemp(join(tmpdir(), 'podproof-api-'));
  const credentials = await openCredentials({ dir: join(dir, 'pki'), nowMs: Date.now() });
  const settings = {
    nodeName: 'node',
    serviceCidr: '10.96.0.0/16',
    nodePortRange: { first: 30_000, last: 32_767 },
    clusterDomain: 'cluster.local',
  };
  const objects = await openObjectService({ dir: join(dir, 'objects'), kinds: KINDS, settings, clock: Date });
  const admin = objects.as({ username: 'system:test', groups: ['system:masters'] });
  await admin.create('Namespace', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'default' } });
  const metadata = { name: 'default', namespace: 'default' };
  await admin.create('ServiceAccount', { apiVersion: 'v1', kind: 'ServiceAccount', metadata });
  const options: ServeOptions = {
    objects,
    kinds: KINDS,
    kubelet: { ...IDLE_KUBELET, ...kubelet },
    credentials,
    tokens: serviceAccountTokens({ key: Buffer.alloc(32, 1), objects: objects.reader, now: Date.now }),
    host: '127.0.0.1',
    port: 0,
    clock: Date,
  };
  const server = await serveApi(options);
  const tls = { ca: credentials.authority, keepAlive: true };
  const agents = {
    certificate: new Agent({ ...tls, key: credentials.admin.key, cert: credentials.admin.certificate }),
    other: new Agent(tls),
  };
  const open = (method: string, path: string, options: SendOptions = {}): Promise<IncomingMessage> =>
    new Promise((resolve, reject) => {
      const { body, headers, as = 'certificate', chunked = false } = options;
      const content = contentOf(body);
      const request: ClientRequest = httpsRequest({
        host: '127.0.0.1',
        port: server.port,
        method,
        path,
        agent: as === 'certificate' ? agents.certificate : agents.other,
        headers: {
          ...(content !== undefined && { 'Content-Type': 'application/json' }),
          // By itself Node sends the body of a DELETE without its length.
          ...(content !== undefined && !chunked && { 'Content-Length': content.length }),
          ...(typeof as === 'object' && { Authorization: `Bearer ${as.token}` }),
          ...headers,
        },
      });
      request.once('response', (response) => {
        // Whoever reads it sees the error; whoever does not need not.
        response.on('error', () => undefined);
        resolve(response);
      });
      request.once('error', reject);
      request.end(content);
    });
  return {
    server,
    options,
    objects,
    credentials,
    open,
    send: async (method, path, options) => answerOf(await open(method, path, options)),
    close: async () => {
      for (const agent of Object.values(agents)) agent.destroy();
      await server.close();
      await objects.close();
      await rm(dir, { recursive: true });
    },
  };
}

function contentOf(body: unknown): Buffer | undefined {
  if (body === undefined || Buffer.isBuffer(body)) return body;
  return Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
}

async function answerOf(response: IncomingMessage): Promise<Answer> {
  const body = await text(response);
  return { code: response.statusCode ?? 0, headers: response.headers, text: body, json: jsonOf(body) };
}

function jsonOf(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

function unavailable(): never {
  throw new Error('this node does nothing');
}

const IDLE_KUBELET: KubeletPort = {
  readLogs: unavailable,
  exec: unavailable,
  attach: unavailable,
  connect: unavailable,
  prove: unavailable,
  drift: unavailable,
  metrics: unavailable,
};
