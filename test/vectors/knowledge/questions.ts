import { readFileSync } from 'node:fs';
import { loadPersonas } from '#config/personas';
import type { Embedder, Persona } from '#pipeline';

/** Wordings and who should answer them. */
export interface Questions {
  readonly answers: Readonly<Record<string, readonly string[]>>;
  readonly spoken: Readonly<Record<string, readonly string[]>>;
  readonly offTopic: readonly string[];
}

const here = (name: string): URL => new URL(name, import.meta.url);
export const vectorFile = here('minilm-vectors.json');

export function readQuestions(name: 'bot-questions.json' | 'bot-questions-unseen.json'): Questions {
  return JSON.parse(readFileSync(here(name), 'utf8'));
}

export function bot(): Persona {
  const persona = loadPersonas(here('../../../config/personas').pathname).personas.get('bot');
  if (persona === undefined) throw new Error('config/personas/bot.yaml cannot be used');
  return persona;
}

/** The wordings with the entry that should answer; undefined: none should. */
export function* expectations({
  answers,
  spoken,
  offTopic,
}: Questions): Generator<{ readonly text: string; readonly entryId: string | undefined }> {
  for (const [entryId, texts] of [...Object.entries(answers), ...Object.entries(spoken)]) for (const text of texts) yield { text, entryId };
  for (const text of offTopic) yield { text, entryId: undefined };
}

/** The vectors that all-MiniLM-L6-v2 gave, from the file that `embed.ts` writes: 8 bits a dimension. */
export function recordedEmbedder(): Embedder {
  const { vectors } = JSON.parse(readFileSync(vectorFile, 'utf8')) as { vectors: Record<string, string> };
  return {
    embed: async (texts) =>
      texts.map((text) => {
        const packed = vectors[text];
        if (packed === undefined)
          throw new Error(
            `no vector of ${JSON.stringify(text)}: with the llm service running, node test/vectors/knowledge/embed.ts writes them anew`,
          );
        return unit(new Int8Array(Buffer.from(packed, 'base64')));
      }),
  };
}

export function pack(vector: Float32Array): string {
  const most = Math.max(...vector.map(Math.abs));
  return Buffer.from(Int8Array.from(vector, (x) => Math.round((x / most) * 127)).buffer).toString('base64');
}

export function unit(values: Int8Array): Float32Array {
  const length = Math.hypot(...values);
  return Float32Array.from(values, (x) => x / length);
}
