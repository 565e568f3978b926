// Writes minilm-vectors.json by asking a running embedding service:
//   node test/vectors/knowledge/embed.ts [http://127.0.0.1:8000]
// Needed when wordings of config/personas/bot.yaml or questions of this folder have changed.
import { writeFileSync } from 'node:fs';
import { createKnowledge, createServiceClients, serviceOptions, type Embedder } from '#pipeline';
import { systemClock } from '#app/system-clock';
import { bot, expectations, pack, readQuestions, vectorFile } from './questions.ts';

const baseUrl = process.argv[2] ?? 'http://127.0.0.1:8000';
const options = serviceOptions.parse({ embedding: { baseUrl } });
const clients = createServiceClients(options, { clock: systemClock, log: { debug: () => {}, warn: () => {} } });
const vectors = new Map<string, string>();
const recording: Embedder = {
  embed: async (texts, signal) => {
    const made = await clients.embedder.embed(texts, signal);
    for (const [at, text] of texts.entries()) vectors.set(text, pack(made[at] ?? new Float32Array()));
    return made;
  },
};
const knowledge = await createKnowledge(bot(), recording);
const signal = new AbortController().signal;
for (const name of ['bot-questions.json', 'bot-questions-unseen.json'] as const) {
  for (const { text } of expectations(readQuestions(name))) await knowledge.match(text, [], signal);
}
const rows = [...vectors].sort(([a], [b]) => (a < b ? -1 : 1)).map(([text, packed]) => `    ${JSON.stringify(text)}: "${packed}"`);
writeFileSync(vectorFile, `{\n  "model": ${JSON.stringify(options.embedding.model)},\n  "vectors": {\n${rows.join(',\n')}\n  }\n}\n`);
process.stdout.write(`${vectors.size} vectors written\n`);
await clients.close();
