import { CONTAINER, type ServiceDraft } from '../service-draft.ts';

const PORTS = [...CONTAINER, 'ports'];
/** A range of more ports than this is written by its first. */
const MAX_RANGE = 100;

/**
 * `ports` and `expose`. What Compose publishes a pod leaves to a Service, and takes no port of the node; only `mode: host`
 * asks for one.
 */
export function translatePorts(draft: ServiceDraft): void {
  for (const { value, at } of draft.items(['ports'])) {
    if (value.kind === 'mapping') longPort(draft, at);
    else if (value.kind === 'scalar') shortPort(draft, String(value.value), at);
    else draft.wrongType(at, 'a text or a mapping', value);
  }
  for (const { value, at } of draft.texts(['expose'])) shortPort(draft, value, at);
}

/** `[HOST:]CONTAINER[/PROTOCOL]`, where both may be ranges; what stands before the last colon is the host's. */
function shortPort(draft: ServiceDraft, text: string, at: readonly (string | number)[]): void {
  const match = /(?:^|:)(\d{1,5})(?:-(\d{1,5}))?(?:\/(tcp|udp|sctp))?$/i.exec(text);
  if (match === null) {
    draft.problem(at, `cannot be "${text.slice(0, 60)}": it is [[IP:]HOST:]CONTAINER[/PROTOCOL]`);
    return;
  }
  const [, first = '', last = first, protocol = 'tcp'] = match;
  const end = Math.min(Number(last), Number(first) + MAX_RANGE - 1);
  for (let containerPort = Number(first); containerPort <= end; containerPort += 1) {
    draft.append(PORTS, { containerPort, protocol: protocol.toUpperCase() }, at);
  }
}

function longPort(draft: ServiceDraft, at: readonly (string | number)[]): void {
  const target = draft.text(...at, 'target') ?? '';
  if (!/^\d{1,5}$/.test(target)) {
    draft.problem([...at, 'target'], `cannot be "${target.slice(0, 60)}": it is a port of the container`);
    return;
  }
  const protocol = (draft.text(...at, 'protocol') ?? 'tcp').toUpperCase();
  const port = {
    containerPort: Number(target),
    ...(['TCP', 'UDP', 'SCTP'].includes(protocol) && { protocol }),
  };
  const path = draft.append(PORTS, port, at);
  const published = draft.text(...at, 'published') ?? '';
  if (draft.text(...at, 'mode') === 'host' && /^\d{1,5}$/.test(published)) {
    draft.write([...path, 'hostPort'], Number(published), [...at, 'mode']);
  }
}
