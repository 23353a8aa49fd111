import { CONTAINER, type ServiceDraft } from '../service-draft.ts';

const DEPLOY = ['deploy', 'resources'];

/** `mem_limit`, `mem_reservation`, `cpus`, and `deploy.resources`, which go first. */
export function translateResources(draft: ServiceDraft): void {
  memory(draft, 'limits', [...DEPLOY, 'limits', 'memory'], ['mem_limit']);
  memory(draft, 'requests', [...DEPLOY, 'reservations', 'memory'], ['mem_reservation']);
  cpus(draft, 'limits', [...DEPLOY, 'limits', 'cpus'], ['cpus']);
  cpus(draft, 'requests', [...DEPLOY, 'reservations', 'cpus']);
}

type Kind = 'limits' | 'requests';

function memory(draft: ServiceDraft, kind: Kind, ...places: readonly (readonly string[])[]): void {
  for (const at of places) {
    const text = draft.text(...at);
    if (text === undefined || text === '' || text === '0') continue;
    const quantity = parseComposeSize(text);
    if (quantity === undefined) draft.problem(at, `cannot be "${text.slice(0, 60)}": a size like 64m or 1g`);
    else draft.write([...CONTAINER, 'resources', kind, 'memory'], quantity, at);
    return;
  }
}

function cpus(draft: ServiceDraft, kind: Kind, ...places: readonly (readonly string[])[]): void {
  for (const at of places) {
    const text = draft.text(...at);
    if (text === undefined || text === '' || Number(text) === 0) continue;
    if (!/^\d{1,6}(?:\.\d{0,9})?$|^\.\d{1,9}$/.test(text)) {
      draft.problem(at, `cannot be "${text.slice(0, 60)}": a number like 0.5`);
    } else {
      draft.write(
        [...CONTAINER, 'resources', kind, 'cpu'],
        `${Math.max(1, Math.round(Number(text) * 1000))}m`,
        at,
      );
    }
    return;
  }
}

const FACTORS: Readonly<Record<string, number>> = { b: 0, k: 1, m: 2, g: 3, t: 4, p: 5 };
const SUFFIXES = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi'];

/** Compose's `512m`, `1.5gb`, `64kb`, `1024` as a quantity of Kubernetes; undefined when it is none. */
export function parseComposeSize(text: string): string | undefined {
  const match = /^(\d{1,15})(?:\.(\d{1,9}))? ?(?:([bkmgtp])(?:i?b)?)?$/i.exec(text.trim());
  if (match === null) return undefined;
  const [, whole = '', fraction, unit = 'b'] = match;
  const factor = FACTORS[unit.toLowerCase()] ?? 0;
  if (fraction === undefined) return `${Number(whole)}${SUFFIXES[factor] ?? ''}`;
  return String(Math.round(Number(`${whole}.${fraction}`) * 1024 ** factor));
}
