import { createHash } from 'node:crypto';
import type { GroupVersion } from './discovery.ts';
import { JSON_TYPE, type Reply } from './http/respond.ts';

/**
 * The smallest document that there can be, in protobuf: swagger 2.0, a title, a version, no paths. kubectl asks for it
 * with `kind: List` and then leaves the validation to the server.
 */
const V2 = Buffer.concat([
  Buffer.from([0x0a, 0x03]),
  Buffer.from('2.0'),
  Buffer.from([0x12, 0x0e, 0x0a, 0x08]),
  Buffer.from('podproof'),
  Buffer.from([0x12, 0x02]),
  Buffer.from('v1'),
  Buffer.from([0x42, 0x00]),
]);

export function openApiV2(): Reply {
  return { code: 200, contentType: 'application/com.github.proto-openapi.spec.v2.v1.0+protobuf', body: V2 };
}

/** Where the documents are. Their paths carry hashes, so that a client keeps a document for as long as it is the same. */
export async function openApiV3Index(groupVersions: readonly GroupVersion[]): Promise<object> {
  const entries = groupVersions.map(async (groupVersion) => {
    const root = groupVersion.group === '' ? `api/${groupVersion.name}` : `apis/${groupVersion.name}`;
    const { hash } = await documentOf(groupVersion);
    return [root, { serverRelativeURL: `/openapi/v3/${root}?hash=${hash}` }] as const;
  });
  return { paths: Object.fromEntries(await Promise.all(entries)) };
}

const YEAR_SECONDS = 365 * 24 * 60 * 60;

/** The document of one group and version; whoever asks for it by its hash may keep it. */
export async function openApiV3(groupVersion: GroupVersion, asked: string | null): Promise<Reply> {
  const { text, hash } = await documentOf(groupVersion);
  const expires = new Date(Date.now() + YEAR_SECONDS * 1000).toUTCString();
  return {
    code: 200,
    contentType: JSON_TYPE,
    body: text,
    ...(asked === hash && { headers: { 'Cache-Control': 'public, immutable', Expires: expires } }),
  };
}

interface Document {
  readonly text: string;
  readonly hash: string;
}

/** Built when it is asked for first: kinds do not change while the server runs, and many a client never asks. */
const documents = new WeakMap<GroupVersion, Promise<Document>>();

function documentOf(groupVersion: GroupVersion): Promise<Document> {
  const known = documents.get(groupVersion);
  if (known !== undefined) return known;
  const document = buildDocument(groupVersion);
  documents.set(groupVersion, document);
  return document;
}

async function buildDocument({ kinds, group, version }: GroupVersion): Promise<Document> {
  const { openApiV3Document } = await import('./openapi.ts');
  const text = `${JSON.stringify(openApiV3Document(kinds, group, version))}\n`;
  return { text, hash: createHash('sha256').update(text).digest('hex').slice(0, 32).toUpperCase() };
}
