import type { Persona } from '../persona.ts';

/**
 * Core: lines that a persona has other words for. Nobody hears the same one in two turns in a row: each time the next is taken, and those whose audio is
 * ready are preferred to those that would be heard later.
 */
export class Wordings {
  readonly #wordings: ReadonlyMap<string, readonly string[]>;
  readonly #isReady: (text: string) => boolean;
  #last: readonly string[] = [];

  constructor(persona: Persona, isReady: (text: string) => boolean) {
    this.#wordings = wordingsOf(persona);
    this.#isReady = isReady;
  }

  /** The line, or other words for it where it, or one of those, was said last. */
  line(line: string): string {
    const wordings = this.#wordings.get(line);
    const last = wordings?.findLastIndex((wording) => this.#last.includes(wording)) ?? -1;
    if (wordings === undefined || last < 0) return line;
    const others = wordings.map((_, index) => wordings[(last + 1 + index) % wordings.length] ?? line).slice(0, -1);
    const ready = this.#isReady(line) ? others.find((other) => this.#isReady(other)) : undefined;
    return ready ?? others[0] ?? line;
  }

  /** This is being said now. */
  opened(texts: readonly string[]): void {
    this.#last = texts;
  }

  /** It goes on with this. */
  added(text: string): void {
    this.#last = [...this.#last, text];
  }

  /** Hardly anything of it was heard. */
  unheard(): void {
    this.#last = [];
  }
}

/** All words that a persona has for the lines of which it has several, by the line. */
export function wordingsOf(persona: Persona): ReadonlyMap<string, readonly string[]> {
  const { otherWords } = persona;
  const names = ['unsure', 'notHeard', 'holding', 'stopped', 'fault'] as const;
  return new Map(names.map((name) => [persona[name], [...new Set([persona[name], ...otherWords[name]])]]));
}
