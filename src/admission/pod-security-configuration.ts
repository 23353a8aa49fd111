import { PodproofError } from '../core/errors.ts';
import type { FieldPath } from '../core/field-path.ts';
import { decode } from '../kube/decode.ts';
import { type FieldError, type FieldErrorType, formatFieldError } from '../kube/field-error.ts';
import { dns1123Label, dns1123Subdomain, type Messages } from '../kube/names.ts';
import type { Schema } from '../kube/schema/schema.ts';
import { LEVELS, type LevelVersion, parseLevel, parsePolicyVersion } from '../policy/level-version.ts';
import { goQuote } from '../policy/wording.ts';
import { type AdmissionConfiguration, pluginConfiguration } from './admission-configuration.ts';
import type { Exemptions } from './exemptions.ts';
import type { NamespacePolicy } from './namespace-policy.ts';

/** What a cluster's `PodSecurityConfiguration` says. */
export interface PodSecuritySettings {
  /** What counts in namespaces without labels. */
  readonly defaults: NamespacePolicy;
  readonly exemptions: Exemptions;
}

interface PodSecurityConfiguration {
  readonly apiVersion: string;
  readonly kind: string;
  readonly defaults?: Defaults;
  readonly exemptions?: Partial<Exemptions>;
}

interface Defaults {
  readonly enforce?: string;
  readonly 'enforce-version'?: string;
  readonly audit?: string;
  readonly 'audit-version'?: string;
  readonly warn?: string;
  readonly 'warn-version'?: string;
}

const SCHEMA: Schema<PodSecurityConfiguration> = {
  'apiVersion!': 'string',
  'kind!': 'string',
  defaults: {
    enforce: 'string',
    'enforce-version': 'string',
    audit: 'string',
    'audit-version': 'string',
    warn: 'string',
    'warn-version': 'string',
  },
  exemptions: { usernames: ['string'], namespaces: ['string'], runtimeClasses: ['string'] },
};

const GROUP = 'pod-security.admission.config.k8s.io';
const VERSIONS: readonly string[] = ['v1', 'v1beta1', 'v1alpha1'].map((version) => `${GROUP}/${version}`);
const KIND = 'PodSecurityConfiguration';

/**
 * Reads a cluster's configuration of Pod Security admission: a `PodSecurityConfiguration`, or the `AdmissionConfiguration`
 * that holds one. `data` is the parsed file, nothing where it is empty; `source` is what to call it. Strict as the API
 * server: throws `invalid` with every problem, those of values in upstream's words.
 */
export function decodePodSecurityConfiguration(data: unknown, source: string = KIND): PodSecuritySettings {
  const refuse = (problems: readonly string[], advice?: string): never => {
    throw new PodproofError('invalid', `cannot read "${source}": no valid ${KIND}`, {
      problems,
      ...(advice !== undefined && { advice }),
    });
  };
  const found: AdmissionConfiguration = pluginConfiguration(data, 'PodSecurity');
  if (found.problem !== undefined) return refuse([found.problem], found.advice);
  const typeProblem = problemOfType(found.configuration);
  if (typeProblem !== undefined)
    return refuse([typeProblem], `write apiVersion: ${VERSIONS[0]} and kind: ${KIND}`);
  const { value, problems } = decode(SCHEMA, found.configuration ?? {}, found.path);
  if (problems.length > 0) return refuse(problems.map(({ message }) => message));
  const errors: FieldError[] = [];
  const settings = {
    defaults: readDefaults(value.defaults ?? {}, errors),
    exemptions: readExemptions(value.exemptions ?? {}, errors),
  };
  return errors.length === 0 ? settings : refuse(errors.map(formatFieldError));
}

/** A configuration that is not there at all is the default one. */
function problemOfType(data: unknown): string | undefined {
  if (data === undefined || data === null) return undefined;
  if (typeof data !== 'object' || Array.isArray(data)) return `expected an object of kind ${KIND}`;
  const kind = 'kind' in data && typeof data.kind === 'string' ? data.kind : '';
  const apiVersion = 'apiVersion' in data && typeof data.apiVersion === 'string' ? data.apiVersion : '';
  if (kind === '') return "Object 'Kind' is missing";
  if (apiVersion === '') return "Object 'apiVersion' is missing";
  if (kind === KIND && VERSIONS.includes(apiVersion)) return undefined;
  return `no kind ${goQuote(kind)} is registered for version ${goQuote(apiVersion)}`;
}

/** In the order in which upstream validates; a mode that is left out or empty is open. */
function readDefaults(defaults: Defaults, errors: FieldError[]): NamespacePolicy {
  const read = (mode: keyof NamespacePolicy): LevelVersion => {
    const levelText = defaults[mode] || 'privileged';
    const level = parseLevel(levelText);
    if (level === undefined)
      errors.push(error('Invalid', ['defaults', mode], levelText, `must be one of ${LEVELS.join(', ')}`));
    const versionText = defaults[`${mode}-version`] || 'latest';
    const version = parsePolicyVersion(versionText);
    if (version === undefined)
      errors.push(
        error('Invalid', ['defaults', `${mode}-version`], versionText, 'must be "latest" or "v1.x"'),
      );
    return { level: level ?? 'restricted', version: version ?? 'latest' };
  };
  const enforce = read('enforce');
  const warn = read('warn');
  return { enforce, audit: read('audit'), warn };
}

function readExemptions(exemptions: Partial<Exemptions>, errors: FieldError[]): Exemptions {
  const read = (list: keyof Exemptions, rule: (name: string) => Messages): readonly string[] => {
    const names = new Set<string>();
    for (const [index, name] of (exemptions[list] ?? []).entries()) {
      const path = ['exemptions', list, index];
      const messages = rule(name);
      if (messages.length > 0) errors.push(error('Invalid', path, name, messages.join(', ')));
      else if (names.has(name)) errors.push(error('Duplicate', path, name, ''));
      else names.add(name);
    }
    return [...names];
  };
  const namespaces = read('namespaces', dns1123Label);
  const runtimeClasses = read('runtimeClasses', dns1123Subdomain);
  return {
    usernames: read('usernames', (name) => (name === '' ? ['username must not be empty'] : [])),
    namespaces,
    runtimeClasses,
  };
}

function error(type: FieldErrorType, path: FieldPath, value: string, detail: string): FieldError {
  return { type, path, value: goQuote(value), detail };
}
