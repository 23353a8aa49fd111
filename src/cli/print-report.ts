import type { TextOptions } from '../report/columns.ts';
import { palette } from '../report/palette.ts';
import type { CommandContext } from './command.ts';
import type { CommandLine } from './command-line.ts';

/** Prints a report in the format that `-o` asks for; `render` makes its text. */
export async function printReport(
  report: object,
  line: CommandLine,
  { stdout }: CommandContext,
  render: (options: TextOptions) => string | Promise<string>,
): Promise<void> {
  if (line.text('output') === 'json') {
    const { renderJson } = await import('../report/render-json.ts');
    stdout.write(renderJson(report));
    return;
  }
  stdout.write(await render({ columns: stdout.columns, palette: await palette(stdout.colour) }));
}
