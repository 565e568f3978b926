/**
 * Core: takes what a model thinks aloud out of a stream of text, where the server does not separate it: at the start of
 * a reply `<think> ... </think>` and its like, or the channels of OpenAI's harmony format. Nobody wants to hear it.
 */
export class ThinkFilter {
  #state: 'start' | 'thinking' | 'after-thinking' | 'passing' | 'skipping-header' = 'start';
  #held = '';
  #close = '';
  #expectsClose: boolean;
  #sawStrayClose = false;
  #isHarmony = false;

  /**
   * `expectsClose`: the model's template opens the thinking itself, so that a reply begins in the middle of it: everything
   * is held until it is closed. A reply in which nothing is closed was an answer, and comes with `flush`.
   */
  constructor(expectsClose = false) {
    this.#expectsClose = expectsClose;
  }

  /** A closing mark came that nothing had opened: the next reply of this model should be read with `expectsClose`. */
  get sawStrayClose(): boolean {
    return this.#sawStrayClose;
  }

  push(text: string): string {
    this.#held += text;
    let out = '';
    for (;;) {
      const before = this.#state;
      const heldBefore = this.#held.length;
      out += this.#step();
      if (this.#state === before && this.#held.length === heldBefore) return out;
      if (this.#held === '') return out;
    }
  }

  /** What was held back, when the stream has ended. */
  flush(): string {
    const rest = this.#state === 'start' || this.#state === 'passing' ? this.#held : '';
    this.#held = '';
    return rest;
  }

  #step(): string {
    switch (this.#state) {
      case 'start':
        return this.#begin();
      case 'thinking':
        return this.#think();
      case 'skipping-header':
        return this.#skipHeader();
      case 'after-thinking':
        return this.#afterThinking();
      case 'passing':
        return this.#pass();
    }
  }

  #begin(): string {
    const begun = this.#held.trimStart();
    const opening = OPENINGS.find(({ open }) => begun.startsWith(open));
    if (opening !== undefined) {
      this.#isHarmony = opening.close === HARMONY_END;
      // A header is read from its channel on.
      this.#held = this.#isHarmony ? begun : begun.slice(opening.open.length);
      this.#close = opening.close;
      this.#state = this.#isHarmony ? 'skipping-header' : 'thinking';
      return '';
    }
    if (BARE_CHANNEL.test(begun)) {
      this.#close = BARE_FINAL;
      this.#state = 'thinking';
      return '';
    }
    if (OPENINGS.some(({ open }) => open.startsWith(begun)) || BARE_CHANNELS.some((word) => word.startsWith(begun))) return '';
    if (this.#expectsClose) {
      const close = STRAY_CLOSE.exec(this.#held);
      if (close === null) return '';
      this.#sawStrayClose = true;
      this.#held = this.#held.slice(close.index + close[0].length);
      this.#expectsClose = false;
      this.#state = 'after-thinking';
      return '';
    }
    this.#state = 'passing';
    return '';
  }

  #think(): string {
    const end = this.#held.indexOf(this.#close);
    if (end < 0) {
      // Only what may be the beginning of the closing mark.
      this.#held = this.#held.slice(-this.#close.length);
      return '';
    }
    this.#held = this.#held.slice(end + this.#close.length);
    this.#state = this.#isHarmony ? 'skipping-header' : 'after-thinking';
    return '';
  }

  /** `<|channel|>NAME<|message|>`: only the last channel is said. */
  #skipHeader(): string {
    const header = HARMONY_HEADER.exec(this.#held);
    if (header === null) {
      if (this.#held.length > MAX_HEADER_CHARS) this.#held = this.#held.slice(-MAX_HEADER_CHARS);
      return '';
    }
    this.#held = this.#held.slice(header.index + header[0].length);
    this.#close = HARMONY_END;
    this.#state = header[1] === 'final' ? 'after-thinking' : 'thinking';
    return '';
  }

  #afterThinking(): string {
    const answer = this.#held.trimStart();
    this.#held = answer;
    this.#expectsClose = false;
    if (answer !== '')
      this.#state = this.#isHarmony
        ? 'passing'
        : OPENINGS.some(({ open }) => open.startsWith(answer) || answer.startsWith(open))
          ? 'start'
          : 'passing';
    return '';
  }

  /** Marks of the format are never said, nor is a closing mark that nothing opened. */
  #pass(): string {
    const marks = this.#isHarmony ? HARMONY_MARK : STRAY_CLOSE;
    const found = marks.exec(this.#held);
    if (found !== null) {
      if (!this.#isHarmony) this.#sawStrayClose = true;
      const text = this.#held.slice(0, found.index);
      this.#held = this.#held.slice(found.index + found[0].length);
      return text;
    }
    const keep = lengthOfBegunMark(this.#held, this.#isHarmony);
    const text = this.#held.slice(0, this.#held.length - keep);
    this.#held = this.#held.slice(this.#held.length - keep);
    return text;
  }
}

/** How many characters at the end of `text` may be the beginning of a mark. */
function lengthOfBegunMark(text: string, isHarmony: boolean): number {
  const marks = isHarmony ? HARMONY_MARKS : CLOSES;
  for (let length = Math.min(text.length, MAX_MARK_CHARS); length > 0; length -= 1) {
    const end = text.slice(text.length - length);
    if (marks.some((mark) => mark.startsWith(end))) return length;
  }
  return 0;
}

/** Tags of DeepSeek R1 and Qwen, of others after them, of Command A, Magistral and Kimi. */
const TAGS: readonly (readonly [open: string, close: string])[] = [
  ['<think>', '</think>'],
  ['<thinking>', '</thinking>'],
  ['<thought>', '</thought>'],
  ['<reasoning>', '</reasoning>'],
  ['<reflection>', '</reflection>'],
  ['<thoughts>', '</thoughts>'],
  ['<scratchpad>', '</scratchpad>'],
  ['<|START_THINKING|>', '<|END_THINKING|>'],
  ['<|begin_of_thought|>', '<|end_of_thought|>'],
  ['[THINK]', '[/THINK]'],
  ['◁think▷', '◁/think▷'],
  ['<seed:think>', '</seed:think>'],
];
const CLOSES = TAGS.map(([, close]) => close);
const STRAY_CLOSE = new RegExp(CLOSES.map((close) => close.replaceAll(/[/[\]|]/g, String.raw`\$&`)).join('|'));
/** OpenAI's harmony format, as it looks where the server passes its tokens through. */
const HARMONY_MARKS = ['<|channel|>', '<|message|>', '<|start|>', '<|end|>', '<|return|>', '<|call|>'];
const HARMONY_MARK = /<\|(?:channel|message|start|end|return|call)\|>/;
const HARMONY_HEADER = /<\|channel\|>\s*(\w+)[^<]*(?:<\|constrain\|>[^<]*)?<\|message\|>/;
const HARMONY_END = '<|end|>';
const OPENINGS = [...TAGS, ['<|start|>', HARMONY_END] as const, ['<|channel|>', HARMONY_END] as const].map(([open, close]) => ({
  open,
  close,
}));
/** The same where the server has left out the tokens and kept the names between them. */
const BARE_CHANNELS = ['analysis', 'commentary'];
const BARE_CHANNEL = /^(?:analysis|commentary)(?=[A-Z"'])/;
const BARE_FINAL = 'assistantfinal';
const MAX_MARK_CHARS = Math.max(...[...CLOSES, ...HARMONY_MARKS].map((mark) => mark.length));
const MAX_HEADER_CHARS = 200;
