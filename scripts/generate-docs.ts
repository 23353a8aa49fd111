import { writeFileSync } from 'node:fs';
import { renderConformancePage } from './conformance-page.ts';

writeFileSync(new URL('../docs/conformance.md', import.meta.url), renderConformancePage());
