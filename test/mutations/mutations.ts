/** A defect that is put into the sources on purpose, and the test that has to notice it. */
export interface Mutation {
  readonly what: string;
  readonly file: string;
  /** Stands in `file` exactly once. */
  readonly find: string;
  readonly replace: string;
  readonly test: string;
  /** The full names of the tests that fail match it. */
  readonly noticedBy: RegExp;
}

const BAD_LINE = 'test/scenarios/over-a-bad-line.test.ts';

export const MUTATIONS: readonly Mutation[] = [
  {
    what: 'barge-in: the bot is never paused',
    file: 'media/barge-in.ts',
    find: 'if (this.#speechSamples >= this.#options.pauseSamples) {',
    replace: 'if (this.#speechSamples >= 100 * this.#options.pauseSamples) {',
    test: 'test/scenarios/the-caller-interrupts.test.ts',
    noticedBy: /with a question of their own stops it/,
  },
  {
    what: 'stale turns: late pieces of an aborted turn are taken',
    file: 'media/playout/playout-queue.ts',
    find: "if (turnId <= this.#abortedTurn) return 'aborted';",
    replace: '',
    test: 'media/playout/playout-queue.test.ts',
    noticedBy: /abort/,
  },
  {
    what: 'stale turns: an abort leaves in the queue what it should drop',
    file: 'media/playout/playout-queue.ts',
    find: 'if (piece.turnId <= turnId) {',
    replace: 'if (piece.turnId < turnId) {',
    test: 'test/scenarios/the-caller-interrupts.test.ts',
    noticedBy: /to interrupt is always taken at their word/,
  },
  {
    what: 'jitter: packets leave in the order in which they came',
    file: 'media/jitter/jitter-buffer.ts',
    find: 'if (extended === this.#next && !this.#direct) {',
    replace: 'if (!this.#direct) {',
    test: BAD_LINE,
    noticedBy: /no audio that came in time is lost/,
  },
  {
    what: 'jitter: a gap is never waited for',
    file: 'media/jitter/jitter-buffer.ts',
    find: 'if (nowMs - this.#gapSinceMs < this.maxWaitMs && this.#waiting.size < MAX_WAITING) return false;',
    replace: '',
    test: BAD_LINE,
    noticedBy: /no audio that came in time is lost/,
  },
  {
    what: 'credit: what recognition grants is forgotten',
    file: 'media/vad/uplink.ts',
    find: 'this.#credit = Math.min(this.#mostCredit, this.#credit + Math.max(0, samples));',
    replace: '',
    test: BAD_LINE,
    noticedBy: /is heard to the end/,
  },
  {
    what: 'rewind: what faded out is not said again',
    file: 'media/playout/speaker.ts',
    find: 'this.#queue.rewind(taken + this.#options.rewindSamples);',
    replace: '',
    test: BAD_LINE,
    noticedBy: /a nod costs nothing of the answer/,
  },
  {
    what: 'keys: the keys that the bot presses are not held',
    file: 'media/playout/pressed-keys.ts',
    find: '(playedSamples - 1) % each < piece.toneSamples',
    replace: '(playedSamples - 1) % each < 0',
    test: 'test/scenarios/a-bot-presses-keys.test.ts',
    noticedBy: /the bot presses keys/,
  },
  {
    what: "keys: the caller's are told at each of their packets",
    file: 'media/rtp/dtmf.ts',
    find: 'const digit = DIGITS[bytes[start]!];',
    replace: 'const digit = DIGITS[bytes[start]! ^ 1];',
    test: BAD_LINE,
    noticedBy: /is understood, each key once/,
  },
  {
    what: 'echo margin: any sound over the bot counts as speech',
    file: 'media/barge-in.ts',
    find: 'const isOverEcho = chunk.levelDbov > expectedEcho + this.#options.echoMarginDb;',
    replace: 'const isOverEcho = chunk.levelDbov > expectedEcho - 60;',
    test: BAD_LINE,
    noticedBy: /at -20 dB does not interrupt it/,
  },
  {
    what: 'fade: a pause cuts the bot off with a click',
    file: 'media/playout/speaker.ts',
    find: 'this.#rampTo(0, this.#fadeSamples);',
    replace: 'this.#rampTo(0, 1);',
    test: 'media/playout/speaker.test.ts',
    noticedBy: /fade|[Pp]aus/,
  },
  {
    what: 'hold: the bot speaks to somebody who has put it on hold',
    file: 'media/bot-voice.ts',
    find: 'if (this.#held) return false;',
    replace: '',
    test: BAD_LINE,
    noticedBy: /hears nothing meanwhile/,
  },
  {
    what: 'drift: packets are due a little late, each after the one before',
    file: 'media/playout/playout-schedule.ts',
    find: 'return this.#startMs + this.#slot * this.#ptimeMs;',
    replace: 'return this.#startMs + this.#slot * this.#ptimeMs * 1.0005;',
    test: BAD_LINE,
    noticedBy: /packets leave every 20 ms/,
  },
  {
    what: 'pause: it outlives the turn that was paused',
    file: 'media/bot-voice.ts',
    find: 'this.#speaker.forgetPause();',
    replace: '',
    test: 'media/last-word.test.ts',
    noticedBy: /the next turn is heard/,
  },
];
