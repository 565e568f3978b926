import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as nextTick } from 'node:timers/promises';
import { ROOT_DIR } from '#bench/call/bench';
import { CALLER_VOICES } from '#bench/forms/voices';
import type { Progress } from '#bench/progress';
import { languageOf, learnTone, ToneSense, WordTone, type Embedder, type PipelineOptions } from '#pipeline';
import { figuresOf, type Judged } from './confusion.ts';
import { openServices } from './io/services.ts';
import { SpokenLines } from './io/spoken-lines.ts';
import { pickLines, readLines, type ToneLine } from './lines.ts';
import { parseToneOptions } from './options.ts';
import { MANNERS, type Manner } from './spoken.ts';

interface Row extends Judged {
  readonly line: string;
  readonly isAdversarial: boolean;
  readonly confidence: number;
  /** Spoken lines only. */
  readonly manner?: string;
  readonly voice?: string;
  readonly heard?: string;
  readonly raised?: boolean;
}

/** How often the tone of lines that the classifier has not seen is guessed right: of their words, and spoken in several manners by telephone. */
export async function run(args: readonly string[], progress: Progress): Promise<Record<string, unknown>> {
  const options = parseToneOptions(args);
  const language = languageOf('en');
  if (language?.tone === undefined) throw new Error('nobody knows tones in English');
  const examples = Object.values(language.tone.examples).flat();
  const lines = readLines(readFileSync(join(ROOT_DIR, 'bench', 'tone', 'lines.yaml'), 'utf8'), options.part, examples);
  const services = await openServices(options, progress);
  try {
    const reader = new WordTone(language.tone, language.knowledge);
    progress.note(`learning tones from ${examples.length} examples`);
    const { signal } = new AbortController();
    await learnTone(reader, counted(services.embedder, examples.length, progress), { pause: () => nextTick(), signal });
    const ear: Ear = { reader, embedder: services.embedder, tone: services.tone };
    const words = await judgeWords(ear, lines, progress);
    const spoken =
      options.spoken === 0
        ? []
        : await judgeSpoken(
            ear,
            new SpokenLines(services.speech, join(ROOT_DIR, 'data', 'bench', 'tone')),
            pickLines(lines, options.spoken),
            progress,
          );
    const all = figuresOf([...words, ...spoken]);
    return {
      ...all,
      words: { ...figuresOf(words), adversarialFalseAlarms: words.filter((row) => row.isAdversarial && row.guessed !== 'neutral').length },
      ...(spoken.length > 0 && { spoken: { ...figuresOf(spoken), ...raisedFigures(spoken) } }),
      rows: [...words, ...spoken],
    };
  } finally {
    await services.close();
  }
}

interface Ear {
  readonly reader: WordTone;
  readonly embedder: Embedder;
  readonly tone: PipelineOptions['tone'];
}

async function judgeWords(ear: Ear, lines: readonly ToneLine[], progress: Progress): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (const [at, { text, tone, isAdversarial }] of lines.entries()) {
    const { guessed, confidence } = await guess(ear, new ToneSense(ear.tone, ear.reader), text);
    rows.push({ tone, guessed, confidence, line: text, isAdversarial });
    if ((at + 1) % 20 === 0) progress.step(at + 1, lines.length, 'lines read');
  }
  return rows;
}

/** Each line in each manner, in a call of its own: two plain turns first, which say how this caller speaks. */
async function judgeSpoken(ear: Ear, sounds: SpokenLines, lines: readonly ToneLine[], progress: Progress): Promise<readonly Row[]> {
  const rows: Row[] = [];
  const plain = MANNERS[0] as Manner;
  for (const [at, { text, tone, isAdversarial }] of lines.entries()) {
    const voice = CALLER_VOICES[at % CALLER_VOICES.length] as string;
    for (const manner of MANNERS) {
      const sense = new ToneSense(ear.tone, ear.reader);
      for (const before of FIRST_TURNS) await hear(sense, sounds, before, voice, plain, false);
      const heard = await hear(sense, sounds, text, voice, manner, true);
      const { guessed, confidence, raised } = await guess(ear, sense, heard);
      rows.push({ tone, guessed, confidence, line: text, isAdversarial, manner: manner.name, voice, heard, raised });
    }
    progress.step(at + 1, lines.length, `lines spoken in ${MANNERS.length} manners`);
  }
  return rows;
}

/** One turn of a caller as the conversation hears it; returns its words. */
async function hear(sense: ToneSense, sounds: SpokenLines, text: string, voice: string, manner: Manner, isLast: boolean): Promise<string> {
  const spurts = await sounds.measured(text, voice, manner);
  for (const { sound, voicedMs } of spurts) sense.heardSpurt(sound, voicedMs);
  if (isLast) return await sounds.recognised(text, voice, manner);
  sense.turnEnded(text);
  return text;
}

async function guess(
  { reader, embedder }: Ear,
  sense: ToneSense,
  text: string,
): Promise<{ readonly guessed: Judged['guessed']; readonly confidence: number; readonly raised: boolean }> {
  if (sense.wants(text)) {
    const [vector] = await embedder.embed([reader.asLookedUp(text)], new AbortController().signal);
    sense.heardMeaning(text, reader.read(text, vector));
  }
  const reading = sense.reading(text);
  return { guessed: reading?.tone ?? 'neutral', confidence: reading?.confidence ?? 0, raised: reading?.voice?.raised === true };
}

function raisedFigures(rows: readonly Row[]): { readonly raisedFoundPercent: number; readonly raisedFalsePercent: number } {
  const isRaised = new Map(MANNERS.map((manner) => [manner.name, manner.isRaised]));
  const percent = (wanted: boolean): number => {
    const own = rows.filter(({ manner }) => isRaised.get(manner ?? '') === wanted);
    return Math.round((1000 * own.filter(({ raised }) => raised === true).length) / Math.max(1, own.length)) / 10;
  };
  return { raisedFoundPercent: percent(true), raisedFalsePercent: percent(false) };
}

function counted(embedder: Embedder, all: number, progress: Progress): Embedder {
  let done = 0;
  return {
    embed: async (texts, signal) => {
      const made = await embedder.embed(texts, signal);
      if (Math.floor((done += texts.length) / STEP) > Math.floor((done - texts.length) / STEP)) progress.step(done, all, 'examples read');
      return made;
    },
  };
}

/** How each caller begins. */
const FIRST_TURNS = ['Hello, I am calling from the office on the second floor.', 'It is about the booking that we made for next week.'];
const STEP = 100;
