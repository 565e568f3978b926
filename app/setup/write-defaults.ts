// `npm run defaults`: writes config/default.yaml from the schemas.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { documentDefaults } from '#config';

const path = join(import.meta.dirname, '..', '..', 'config', 'default.yaml');
writeFileSync(path, documentDefaults());
process.stdout.write('config/default.yaml is written.\n');
