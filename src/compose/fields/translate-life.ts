import { CONTAINER, type ServiceDraft } from '../service-draft.ts';

const RESTART: Readonly<Record<string, string>> = {
  always: 'Always',
  'unless-stopped': 'Always',
  'on-failure': 'OnFailure',
  no: 'Never',
  // YAML takes an unquoted `no` for a flag.
  false: 'Never',
};

/** `restart`, `stop_grace_period`, `stop_signal`, `healthcheck`, `post_start`, `pre_stop`. */
export function translateLife(draft: ServiceDraft): void {
  const [restart = ''] = (draft.text('restart') ?? '').split(':');
  const policy = Object.hasOwn(RESTART, restart) ? RESTART[restart] : undefined;
  if (policy !== undefined) draft.write(['spec', 'restartPolicy'], policy, ['restart']);
  else if (restart !== '') draft.problem(['restart'], `cannot be "${restart.slice(0, 60)}"`);
  const grace = seconds(draft, ['stop_grace_period']);
  if (grace !== undefined)
    draft.write(['spec', 'terminationGracePeriodSeconds'], grace, ['stop_grace_period']);
  const signal = draft.text('stop_signal') ?? '';
  if (signal !== '') draft.write([...CONTAINER, 'lifecycle', 'stopSignal'], signal, ['stop_signal']);
  healthcheck(draft);
  for (const field of ['post_start', 'pre_stop']) {
    for (const { at } of draft.items([field])) hook(draft, at);
  }
}

/** Compose looks whether a container is well and leaves it alone when it is not, as a readiness probe does. */
function healthcheck(draft: ServiceDraft): void {
  const at = ['healthcheck'];
  if (draft.node(at) === undefined || draft.flag(...at, 'disable')) return;
  const test = draft.node([...at, 'test']);
  const words = test?.kind === 'scalar' ? ['CMD-SHELL', String(test.value)] : wordsOf(draft, [...at, 'test']);
  const [kind = 'NONE', ...rest] = words;
  if (kind === 'NONE') return;
  const command = kind === 'CMD-SHELL' ? ['/bin/sh', '-c', ...rest] : rest;
  const probe = [...CONTAINER, 'readinessProbe'];
  draft.write(probe, { exec: { command } }, at);
  const periods = [
    ['interval', 'periodSeconds'],
    ['timeout', 'timeoutSeconds'],
    ['start_period', 'initialDelaySeconds'],
  ] as const;
  for (const [field, pod] of periods) {
    const value = seconds(draft, [...at, field]);
    if (value !== undefined) draft.write([...probe, pod], Math.max(value, 1), [...at, field]);
  }
  const retries = draft.text(...at, 'retries') ?? '';
  if (/^[1-9]\d{0,8}$/.test(retries)) {
    draft.write([...probe, 'failureThreshold'], Number(retries), [...at, 'retries']);
  }
}

function wordsOf(draft: ServiceDraft, at: readonly string[]): readonly string[] {
  return draft.texts(at).map(({ value }) => value);
}

/** A hook of Compose may run as another user than the service, and privileged; one of a pod may not. */
function hook(draft: ServiceDraft, at: readonly (string | number)[]): void {
  const [field = ''] = at;
  if (draft.flag(...at, 'privileged')) {
    const message = `${field} runs a command privileged: a pod has no such hook, so this is not judged`;
    draft.tell({ severity: 'warning', code: 'compose-hook', message }, [...at, 'privileged']);
  }
  const user = draft.text(...at, 'user') ?? '';
  if (user === '') return;
  const message = `${field} runs a command as user "${user.slice(0, 60)}": hooks of a pod run as the container does`;
  draft.tell({ severity: 'warning', code: 'compose-hook', message }, [...at, 'user']);
}

const UNITS: Readonly<Record<string, number>> = { h: 3600, m: 60, s: 1, ms: 0.001, us: 0.000001, ns: 0 };

/** Seconds, rounded up, of a duration like `1m30s`. */
function seconds(draft: ServiceDraft, at: readonly string[]): number | undefined {
  const text = draft.text(...at);
  if (text === undefined || text === '') return undefined;
  const part = /(\d{1,9}(?:\.\d{1,9})?)(ms|us|ns|h|m|s)/y;
  let total = 0;
  let end = 0;
  for (let match = part.exec(text); match !== null; match = part.exec(text)) {
    total += Number(match[1]) * (UNITS[match[2] ?? ''] ?? 0);
    end = part.lastIndex;
  }
  if (end === text.length) return Math.ceil(total);
  draft.problem(at, `cannot be "${text.slice(0, 60)}": a duration like 1m30s`);
  return undefined;
}
