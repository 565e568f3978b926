/**
 * Core: takes `<think> ... </think>` out of a stream of text. Models that think aloud do so at the start of a reply when
 * the server does not separate it; nobody wants to hear it.
 */
export class ThinkFilter {
  #state: 'start' | 'thinking' | 'after-thinking' | 'passing' = 'start';
  #held = '';

  push(text: string): string {
    if (this.#state === 'passing') return text;
    this.#held += text;
    if (this.#state === 'start') {
      const begun = this.#held.trimStart();
      if (begun.startsWith(OPEN)) this.#state = 'thinking';
      else if (OPEN.startsWith(begun)) return '';
      else return this.#pass(this.#held);
    }
    if (this.#state === 'thinking') {
      const end = this.#held.indexOf(CLOSE);
      // Otherwise keep only what may be the beginning of the closing mark.
      this.#held = end < 0 ? this.#held.slice(-CLOSE.length) : this.#held.slice(end + CLOSE.length);
      if (end < 0) return '';
      this.#state = 'after-thinking';
    }
    const answer = this.#held.trimStart();
    return answer === '' ? '' : this.#pass(answer);
  }

  /** What was held back, when the stream has ended. */
  flush(): string {
    return this.#pass(this.#state === 'start' ? this.#held : '');
  }

  #pass(text: string): string {
    this.#state = 'passing';
    this.#held = '';
    return text;
  }
}

const OPEN = '<think>';
const CLOSE = '</think>';
