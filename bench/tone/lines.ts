import { parse } from 'yaml';
import * as z from 'zod';
import type { Tone } from '#domain/tone';

export interface ToneLine {
  readonly text: string;
  readonly tone: Tone;
  /** Neutral, with the words of another tone in it. */
  readonly isAdversarial: boolean;
}

const texts = z.array(z.string().min(2)).min(1);
const part = z.strictObject({ neutral: texts, adversarial: texts.optional(), happy: texts, sad: texts, upset: texts, unsure: texts });
const file = z.strictObject({ tune: part, report: part });

/** The lines of a part of `lines.yaml`. `examples`: what the classifier learns from, of which none may be among them. */
export function readLines(yaml: string, which: 'tune' | 'report', examples: readonly string[]): readonly ToneLine[] {
  const read = file.parse(parse(yaml));
  const lines = Object.entries(read[which]).flatMap(([name, said = []]) =>
    said.map((text) => ({
      text,
      tone: (name === 'adversarial' ? 'neutral' : name) as Tone,
      isAdversarial: name === 'adversarial',
    })),
  );
  const known = new Set(examples.map(plain));
  const leaked = lines.find(({ text }) => known.has(plain(text)));
  if (leaked !== undefined)
    throw new Error(
      `lines.yaml: ${JSON.stringify(leaked.text)} is an example that the classifier learns from: take it out of one of the two`,
    );
  return lines;
}

/** Each tone in turn, so that a few lines have all of them; the order is always the same. */
export function pickLines(lines: readonly ToneLine[], count: number): readonly ToneLine[] {
  const kinds = [...Map.groupBy(lines, ({ tone, isAdversarial }) => `${tone} ${isAdversarial}`).values()];
  const picked: ToneLine[] = [];
  for (let at = 0; picked.length < Math.min(count, lines.length); at += 1) {
    for (const kind of kinds) {
      const line = kind[at];
      if (line !== undefined && picked.length < count) picked.push(line);
    }
  }
  return picked;
}

function plain(text: string): string {
  return text
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, ' ')
    .trim();
}
