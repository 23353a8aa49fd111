import type { Container, EnvFromSource, EnvVar, EnvVarSource } from '../../kube/pod.ts';
import type { ObjectLookup } from '../../kube/references.ts';
import { configMapData, type ObjectData, secretData } from '../object-data.ts';
import { type DownwardFacts, downwardField, downwardResource } from './downward.ts';
import { expandVariables } from './expand.ts';

export interface EnvContext {
  readonly lookup: ObjectLookup;
  readonly facts: DownwardFacts;
  /** Variables for the services of the namespace; empty when no services are known. */
  readonly serviceEnv: ReadonlyMap<string, string>;
}

export type ResolvedEnv =
  | { readonly ok: true; readonly env: ReadonlyMap<string, string> }
  /** The kubelet's text; the container then waits with `CreateContainerConfigError`. */
  | { readonly ok: false; readonly message: string };

/** The container's environment as the kubelet makes it: `envFrom` first, then `env` in order, then the services. */
export function resolveEnv(context: EnvContext, container: Container): ResolvedEnv {
  const env = new Map<string, string>();
  for (const source of container.envFrom ?? []) {
    const data = envFromData(context, source);
    if (!data.ok) return data;
    for (const [key, value] of data.value) env.set(`${source.prefix ?? ''}${key}`, value.toString('utf8'));
  }
  for (const variable of container.env ?? []) {
    const value = envValue(context, container, env, variable);
    if (!value.ok) return value;
    if (value.value !== undefined) env.set(variable.name, value.value);
  }
  for (const [name, value] of context.serviceEnv) if (!env.has(name)) env.set(name, value);
  return { ok: true, env };
}

type Outcome<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly message: string };

function fail(message: string): { readonly ok: false; readonly message: string } {
  return { ok: false, message };
}

function namespaceOf(context: EnvContext): string {
  return context.facts.pod.metadata.namespace ?? 'default';
}

function envFromData(context: EnvContext, source: EnvFromSource): Outcome<ObjectData> {
  const namespace = namespaceOf(context);
  const { configMapRef, secretRef } = source;
  if (configMapRef !== undefined) {
    const name = configMapRef.name ?? '';
    const found = context.lookup.configMap(namespace, name);
    // `binaryData` makes no variables.
    if (found !== undefined) return { ok: true, value: configMapData({ ...found, binaryData: {} }) };
    return configMapRef.optional === true
      ? { ok: true, value: new Map() }
      : fail(`configmap "${name}" not found`);
  }
  if (secretRef !== undefined) {
    const name = secretRef.name ?? '';
    const found = context.lookup.secret(namespace, name);
    if (found !== undefined) return { ok: true, value: secretData(found) };
    return secretRef.optional === true ? { ok: true, value: new Map() } : fail(`secret "${name}" not found`);
  }
  return { ok: true, value: new Map() };
}

function envValue(
  context: EnvContext,
  container: Container,
  env: ReadonlyMap<string, string>,
  variable: EnvVar,
): Outcome<string | undefined> {
  const lookup = (name: string): string | undefined => env.get(name) ?? context.serviceEnv.get(name);
  if (variable.value !== undefined && variable.value !== '')
    return { ok: true, value: expandVariables(variable.value, lookup) };
  if (variable.valueFrom === undefined) return { ok: true, value: '' };
  return valueFrom(context, container, variable.valueFrom);
}

function valueFrom(
  context: EnvContext,
  container: Container,
  source: EnvVarSource,
): Outcome<string | undefined> {
  const { fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef } = source;
  if (fieldRef !== undefined) {
    const value = downwardField(context.facts, fieldRef.fieldPath);
    return value === undefined ? fail(`unsupported fieldPath: ${fieldRef.fieldPath}`) : { ok: true, value };
  }
  if (resourceFieldRef !== undefined) {
    return downwardResource(context.facts, container, resourceFieldRef);
  }
  const namespace = namespaceOf(context);
  if (configMapKeyRef !== undefined) {
    const { name = '', key, optional = false } = configMapKeyRef;
    const found = context.lookup.configMap(namespace, name);
    if (found === undefined)
      return optional ? { ok: true, value: undefined } : fail(`configmap "${name}" not found`);
    // Environment variables come from `data` alone, not from `binaryData`.
    const value = found.data?.[key];
    if (value !== undefined || optional) return { ok: true, value };
    return fail(`couldn't find key ${key} in ConfigMap ${namespace}/${name}`);
  }
  if (secretKeyRef !== undefined) {
    const { name = '', key, optional = false } = secretKeyRef;
    const found = context.lookup.secret(namespace, name);
    if (found === undefined)
      return optional ? { ok: true, value: undefined } : fail(`secret "${name}" not found`);
    const value = secretData(found).get(key)?.toString('utf8');
    if (value !== undefined || optional) return { ok: true, value };
    return fail(`couldn't find key ${key} in Secret ${namespace}/${name}`);
  }
  return fail('podproof does not carry out env[].valueFrom.fileKeyRef');
}
