import type { CommandSpec, OptionSpec } from './command-spec.ts';
import { COMMANDS } from './commands.ts';
import { GLOBAL_OPTIONS } from './global-options.ts';

/** What `podproof` and `podproof --help` print. */
export function programHelp(): string {
  return [
    'Predict and prove the security context of Kubernetes pods, without a cluster.',
    '',
    'usage: podproof COMMAND [OPTION]...',
    '',
    ...COMMANDS.map((command) => `  ${command.name.padEnd(9)} ${command.summary}`),
    '',
    ...optionLines(GLOBAL_OPTIONS),
    '',
    "podproof COMMAND --help  shows a command's options",
    '',
  ].join('\n');
}

/** What `podproof COMMAND --help` prints. */
export function commandHelp(spec: CommandSpec): string {
  const usage = spec.usage.map((line, index) => `${index === 0 ? 'usage: ' : '       '}podproof ${line}`);
  const notes = spec.notes === undefined ? [] : ['', ...spec.notes];
  return [spec.summary, '', ...usage, '', ...optionLines(spec.options), ...notes, ''].join('\n');
}

function optionLines(options: readonly OptionSpec[]): string[] {
  const labels = options.map((option) => {
    const short = option.short === undefined ? '    ' : `-${option.short}, `;
    return `${short}--${option.name}${option.value === undefined ? '' : ` ${option.value}`}`;
  });
  const width = Math.max(...labels.map((label) => label.length));
  return options.map((option, index) => `  ${(labels[index] ?? '').padEnd(width)}  ${option.description}`);
}
