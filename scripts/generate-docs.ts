import { writeFileSync } from 'node:fs';
import { renderApiPage } from './api-conformance-page.ts';
import { renderChecksPage } from './checks-page.ts';
import { renderConformancePage } from './conformance-page.ts';

writeFileSync(new URL('../docs/conformance.md', import.meta.url), renderConformancePage());
writeFileSync(new URL('../docs/conformance/api.md', import.meta.url), renderApiPage());
writeFileSync(new URL('../docs/checks.md', import.meta.url), renderChecksPage());
