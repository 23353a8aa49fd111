import { writeFileSync } from 'node:fs';
import { renderApiPage } from './api-conformance-page.ts';
import { renderConformancePage } from './conformance-page.ts';

writeFileSync(new URL('../docs/conformance.md', import.meta.url), renderConformancePage());
writeFileSync(new URL('../docs/conformance/api.md', import.meta.url), renderApiPage());
