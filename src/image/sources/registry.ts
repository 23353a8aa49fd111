import { messageOf, PodproofError } from '../../core/errors.ts';
import { type Descriptor, maxManifestBytes } from '../config.ts';
import { algorithmOf, digestOf, isDigest } from '../digest.ts';
import { acceptedManifests, isIndex, isManifest } from '../media-type.ts';
import type { ImagePlatform } from '../platform.ts';
import { formatReference, parseReference, type Reference } from '../reference.ts';
import { createEndpoint, type Endpoint } from '../registry/endpoint.ts';
import {
  createHttpClient,
  discard,
  type HttpAnswer,
  type HttpClient,
  isPassing,
  readBody,
  unreachable,
} from '../registry/http.ts';
import type { RegistryOptions } from '../registry-options.ts';
import { verified, verifyBytes } from '../verify.ts';
import { resolveManifest } from './resolve-manifest.ts';
import type { BlobReader, ResolvedImage, Source } from './source.ts';

/** How often a blob's download is taken up again where it broke off, without getting on. */
const maxResumes = 3;

/** An image in a registry. Nothing is asked before it is resolved. */
export function registrySource(
  text: string,
  referenceText: string,
  platform: ImagePlatform,
  options: RegistryOptions,
): Source {
  const reference = parseReference(referenceText);
  const http = createHttpClient(options);
  const resolve = (): Promise<ResolvedImage> => resolveFrom(http, reference, platform, options);
  return {
    text,
    isLocal: false,
    resolve,
    resolveAll: async () => [await resolve()],
    close: () => http.close(),
  };
}

async function resolveFrom(
  http: HttpClient,
  reference: Reference,
  platform: ImagePlatform,
  options: RegistryOptions,
): Promise<ResolvedImage> {
  const hosts = [...(options.mirrors?.[reference.domain] ?? []), reference.domain];
  const endpoints = hosts.map((host) => createEndpoint(http, host, reference.repository, options));
  const get: Get = (path, headers) => firstAnswer(endpoints, path, headers);
  const wanted = reference.digest ?? reference.tag ?? 'latest';
  const answer = await get(`manifests/${wanted}`, { accept: acceptedManifests.join(', ') });
  const bytes = await readBody(answer, maxManifestBytes);
  const digest = manifestDigest(bytes, reference, answer);
  return resolveManifest(bytes, digest, blobReader(get), platform, formatReference(reference));
}

type Get = (path: string, headers: Readonly<Record<string, string>>) => Promise<HttpAnswer>;

/** Mirrors come first, and what they cannot give the next host may have. */
async function firstAnswer(
  endpoints: readonly Endpoint[],
  path: string,
  headers: Readonly<Record<string, string>>,
): Promise<HttpAnswer> {
  const problems: unknown[] = [];
  for (const endpoint of endpoints) {
    try {
      return await endpoint.get(path, headers);
    } catch (error) {
      problems.push(error);
    }
  }
  const last = problems.at(-1);
  if (problems.length === 1 || !(last instanceof PodproofError)) throw last;
  throw new PodproofError(last.code, `${last.message}; its mirrors failed as well`, {
    problems: problems.slice(0, -1).map(messageOf),
    ...(last.advice === undefined ? {} : { advice: last.advice }),
    cause: last,
  });
}

function manifestDigest(bytes: Buffer, reference: Reference, answer: HttpAnswer): string {
  const announced = answer.header('docker-content-digest');
  const expected =
    reference.digest ?? (announced !== undefined && isDigest(announced) ? announced : undefined);
  if (expected === undefined) return digestOf(bytes);
  const found = digestOf(bytes, algorithmOf(expected));
  if (found === expected) return expected;
  throw new PodproofError(
    'invalid',
    `the manifest that "${answer.url.origin}" sends for "${formatReference(reference)}" is "${found}", not "${expected}"`,
  );
}

function blobReader(get: Get): BlobReader {
  return {
    async read(descriptor, maxBytes) {
      const isSmallManifest = isIndex(descriptor.mediaType) || isManifest(descriptor.mediaType);
      const kind = isSmallManifest ? 'manifests' : 'blobs';
      if (descriptor.sizeBytes > maxBytes)
        throw new PodproofError(
          'invalid',
          `blob "${descriptor.digest}" has ${descriptor.sizeBytes} bytes; the limit is ${maxBytes}`,
        );
      const headers: Record<string, string> = isSmallManifest ? { accept: descriptor.mediaType } : {};
      const answer = await get(`${kind}/${descriptor.digest}`, headers);
      return verifyBytes(await readBody(answer, descriptor.sizeBytes), descriptor);
    },
    open: (descriptor) => verified(download(get, descriptor), descriptor),
  };
}

/** A broken connection is taken up again where it broke; the digest over all of it says whether the parts fit. */
async function* download(get: Get, descriptor: Descriptor): AsyncGenerator<Uint8Array> {
  let doneBytes = 0;
  for (let resumes = 0; ; resumes++) {
    const startBytes = doneBytes;
    const headers: Record<string, string> = startBytes === 0 ? {} : { range: `bytes=${startBytes}-` };
    const answer = await get(`blobs/${descriptor.digest}`, headers);
    let skipBytes = answer.status === 206 ? 0 : startBytes;
    try {
      const body: AsyncIterable<Uint8Array> = answer.body;
      for await (const chunk of body) {
        const fresh = chunk.subarray(Math.min(skipBytes, chunk.length));
        skipBytes -= chunk.length - fresh.length;
        doneBytes += fresh.length;
        if (fresh.length > 0) yield fresh;
      }
      return;
    } catch (error) {
      if (doneBytes > startBytes) resumes = 0;
      if (resumes >= maxResumes || !isPassing(error)) throw unreachable(answer.url, error);
    } finally {
      discard(answer);
    }
  }
}
