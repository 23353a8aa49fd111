import { PodproofError } from '../core/errors.ts';
import { type Digest, isDigest } from './digest.ts';

/** A normalised image reference: every part that Docker would fill in is filled in. */
export interface Reference {
  /** Registry host with its port: `docker.io`, `localhost:5000`. */
  readonly domain: string;
  /** Path in the registry: `library/nginx`. */
  readonly repository: string;
  /** Undefined only when there is a digest and no tag was written. */
  readonly tag: string | undefined;
  readonly digest: Digest | undefined;
}

const defaultDomain = 'docker.io';
const legacyDefaultDomain = 'index.docker.io';
const officialPrefix = 'library/';
const maxNameLength = 255;
const MAX_SHOWN = 400;

const domainComponent = '(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])';
const ipv6 = '\\[(?:[a-fA-F0-9:]+)\\]';
const domainPattern = new RegExp(`^(?:${domainComponent}(?:\\.${domainComponent})*|${ipv6})(?::[0-9]+)?$`);
const repositoryPattern =
  /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*$/;
const tagPattern = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/;
const digestPattern = /^[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}$/;

/**
 * Parses a reference as Docker does: `nginx` is `docker.io/library/nginx:latest`; the part before the first slash is a
 * registry when it has a dot or a colon, an upper case letter or is `localhost`. Throws `invalid` with Docker's text.
 */
export function parseReference(text: string): Reference {
  if (/^[a-f0-9]{64}$/.test(text))
    throw invalid(text, `invalid repository name (${text}), cannot specify 64-byte hexadecimal strings`);
  const { domain, remainder } = splitDomain(text);
  const { repository, tag, digest } = splitRemainder(text, remainder);
  if (!domainPattern.test(domain) || !repositoryPattern.test(repository))
    throw invalid(text, 'invalid reference format');
  if (`${domain}/${repository}`.length > maxNameLength)
    throw invalid(text, `repository name must not be more than ${maxNameLength} characters`);
  return {
    domain,
    repository,
    tag: tag ?? (digest === undefined ? 'latest' : undefined),
    digest,
  };
}

/**
 * `familiar` is what Docker shows (`nginx:latest`), `canonical` is everything written out
 * (`docker.io/library/nginx:latest`).
 */
export function formatReference(reference: Reference, style: 'familiar' | 'canonical' = 'canonical'): string {
  let text = nameOf(reference, style);
  if (reference.tag !== undefined) text += `:${reference.tag}`;
  if (reference.digest !== undefined) text += `@${reference.digest}`;
  return text;
}

function nameOf({ domain, repository }: Reference, style: 'familiar' | 'canonical'): string {
  if (style === 'canonical' || domain !== defaultDomain) return `${domain}/${repository}`;
  const official =
    repository.startsWith(officialPrefix) && !repository.slice(officialPrefix.length).includes('/');
  return official ? repository.slice(officialPrefix.length) : repository;
}

function splitDomain(text: string): { readonly domain: string; readonly remainder: string } {
  const slash = text.indexOf('/');
  const first = slash < 0 ? '' : text.slice(0, slash);
  const isDomain = /[.:]/.test(first) || first === 'localhost' || first.toLowerCase() !== first;
  const written = isDomain ? first : defaultDomain;
  const domain = written === legacyDefaultDomain ? defaultDomain : written;
  const rest = isDomain ? text.slice(slash + 1) : text;
  const remainder = domain === defaultDomain && !rest.includes('/') ? officialPrefix + rest : rest;
  return { domain, remainder };
}

function splitRemainder(
  text: string,
  remainder: string,
): { readonly repository: string; readonly tag: string | undefined; readonly digest: Digest | undefined } {
  const at = remainder.indexOf('@');
  const named = at < 0 ? remainder : remainder.slice(0, at);
  const digest = at < 0 ? undefined : remainder.slice(at + 1);
  const colon = named.indexOf(':');
  const repository = colon < 0 ? named : named.slice(0, colon);
  const tag = colon < 0 ? undefined : named.slice(colon + 1);
  if (repository.toLowerCase() !== repository)
    throw invalid(text, `invalid reference format: repository name (${repository}) must be lowercase`);
  if (repository === '' || repository === officialPrefix) throw invalid(text, 'invalid reference format');
  if (tag !== undefined && !tagPattern.test(tag)) throw invalid(text, 'invalid reference format');
  if (digest !== undefined && !isDigest(digest))
    throw invalid(
      text,
      digestPattern.test(digest)
        ? /^sha(?:256|512):/.test(digest)
          ? 'invalid checksum digest length'
          : 'unsupported digest algorithm'
        : 'invalid reference format',
    );
  return { repository, tag, digest };
}

function invalid(text: string, problem: string): PodproofError {
  // A stranger's manifest may name an image by a megabyte.
  const shown = text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}...` : text;
  return new PodproofError('invalid', `cannot read image reference "${shown}": ${problem}`);
}
