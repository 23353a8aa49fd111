import { writeFile } from 'node:fs/promises';
import { check, exitCodeFor, renderCheck } from 'podproof';

const report = await check({ config: 'podproof.yaml' });

await writeFile('podproof.sarif', await renderCheck(report, 'sarif'));
process.stdout.write(await renderCheck(report, 'text'));
process.exitCode = exitCodeFor(report.summary, 'would-not-start');
