import { CONTAINER, type ServiceDraft } from '../service-draft.ts';
import { shellWords } from './shell-words.ts';

/** `entrypoint`, `command`, `working_dir`, `environment`, `stdin_open`, `tty`. */
export function translateProcess(draft: ServiceDraft): void {
  for (const [field, pod] of [
    ['entrypoint', 'command'],
    ['command', 'args'],
  ] as const) {
    const words = commandWords(draft, [field]);
    if (words !== undefined && words.length > 0) {
      draft.write([...CONTAINER, pod], words.map(escapeExpansion), [field]);
    }
  }
  const directory = draft.text('working_dir') ?? '';
  if (directory !== '') draft.write([...CONTAINER, 'workingDir'], directory, ['working_dir']);
  for (const { key, value, at } of draft.pairs(['environment'])) {
    // Without a value it is taken from whoever starts the project.
    if (key !== '' && value !== undefined) {
      draft.append([...CONTAINER, 'env'], { name: key, value: escapeExpansion(value) }, at);
    }
  }
  if (draft.flag('stdin_open')) draft.write([...CONTAINER, 'stdin'], true, ['stdin_open']);
  if (draft.flag('tty')) draft.write([...CONTAINER, 'tty'], true, ['tty']);
}

/** A list as it is, a text as a shell would cut it. */
export function commandWords(draft: ServiceDraft, at: readonly string[]): readonly string[] | undefined {
  const node = draft.node(at);
  if (node?.kind !== 'scalar') return draft.texts(at).map(({ value }) => value);
  const words = shellWords(String(node.value));
  if (words === undefined) draft.problem(at, 'has a quote that is not closed');
  return words;
}

/** Kubernetes would put a variable in for `$(NAME)`, Docker does not. */
function escapeExpansion(text: string): string {
  return text.replaceAll('$(', '$$$$(');
}
