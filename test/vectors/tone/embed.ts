// Writes minilm-vectors.json with the speech services of this checkout:
//   node test/vectors/tone/embed.ts
// Needed when the examples of pipeline/language/english/tone or bench/tone/lines.yaml have changed.
import { writeFileSync } from 'node:fs';
import { openServices } from '#bench/tone/io/services';
import { parseToneOptions } from '#bench/tone/options';
import { stderrProgress } from '#bench/progress';
import { pack } from '../knowledge/questions.ts';
import { allTexts, vectorFile } from './lines.ts';

const services = await openServices(parseToneOptions(process.argv.slice(2)), stderrProgress);
const texts = allTexts();
const vectors = await services.embedder.embed(texts, new AbortController().signal);
const rows = texts.map((text, at) => `    ${JSON.stringify(text)}: "${pack(vectors[at] ?? new Float32Array())}"`).sort();
writeFileSync(vectorFile, `{\n  "model": "all-MiniLM-L6-v2",\n  "vectors": {\n${rows.join(',\n')}\n  }\n}\n`);
process.stdout.write(`${texts.length} vectors written\n`);
await services.close();
process.exit(0);
