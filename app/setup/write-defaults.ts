// `npm run defaults`: writes config/default.yaml from the schemas, and docs/reference from the code.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { documentDefaults } from '#config';
import { referenceDocuments } from '../reference/documents.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const files = {
  'config/default.yaml': documentDefaults(),
  ...Object.fromEntries(Object.entries(referenceDocuments(ROOT)).map(([name, text]) => [`docs/reference/${name}`, text])),
};
mkdirSync(join(ROOT, 'docs', 'reference'), { recursive: true });
for (const [path, text] of Object.entries(files)) writeFileSync(join(ROOT, path), text);
process.stdout.write(`Written: ${Object.keys(files).join(', ')}\n`);
