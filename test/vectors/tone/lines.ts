import { readFileSync } from 'node:fs';
import { readLines, type ToneLine } from '#bench/tone/lines';
import { languageOf, WordTone, type Embedder } from '#pipeline';
import { invariant } from '#domain/assert';
import { unit } from '../knowledge/questions.ts';

export const vectorFile = new URL('minilm-vectors.json', import.meta.url);

export function reader(): WordTone {
  const english = languageOf('en');
  invariant(english?.tone !== undefined, 'tones are known in English');
  return new WordTone(english.tone, english.knowledge);
}

export function linesOf(part: 'tune' | 'report'): readonly ToneLine[] {
  return readLines(readFileSync(new URL('../../../bench/tone/lines.yaml', import.meta.url), 'utf8'), part, reader().texts);
}

/** Every text whose vector is recorded, as it is asked for. */
export function allTexts(): readonly string[] {
  const tones = reader();
  return [...new Set([...tones.texts, ...[...linesOf('tune'), ...linesOf('report')].map(({ text }) => tones.asLookedUp(text))])];
}

/** The vectors that all-MiniLM-L6-v2 gave, 8 bits a dimension. */
export function recordedToneEmbedder(): Embedder {
  const { vectors } = JSON.parse(readFileSync(vectorFile, 'utf8')) as { vectors: Record<string, string> };
  return {
    embed: async (texts) =>
      texts.map((text) => {
        const packed = vectors[text];
        if (packed === undefined) throw new Error(`no vector of ${JSON.stringify(text)}: node test/vectors/tone/embed.ts writes them anew`);
        return unit(new Int8Array(Buffer.from(packed, 'base64')));
      }),
  };
}
