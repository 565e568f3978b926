import { readChallenges, type Challenge } from './challenge.ts';
import { answerTo, type Credentials, type Hash, type Signed } from './digest.ts';

/** Who asked: the registrar itself (401) or a proxy on the way (407). */
export type ChallengeSide = 'user' | 'proxy';

interface Held {
  readonly challenge: Challenge;
  /** Requests with its nonce so far. */
  count: number;
  /** It came within this attempt and was answered: asked once more, the answer was wrong. */
  isFresh: boolean;
}

/** The challenges of one registration and its way, kept for the next request: RFC 7616 section 3.6 allows to answer them in advance. */
export class Challenges {
  readonly #credentials: Credentials;
  readonly #deps: { readonly hash: Hash; readonly token: () => string };
  readonly #held = new Map<ChallengeSide, Held>();
  /** Stale nonces in a row within this attempt: a server that finds each one stale would ask for ever. */
  #stale = 0;

  constructor(credentials: Credentials, deps: { readonly hash: Hash; readonly token: () => string }) {
    this.#credentials = credentials;
    this.#deps = deps;
  }

  /** A new attempt: what is held is from an earlier one, and its nonce may have run out. */
  begin(): void {
    this.#stale = 0;
    for (const held of this.#held.values()) held.isFresh = false;
  }

  forget(): void {
    this.#held.clear();
  }

  /** `answer`: it can be answered. `wrong`: it has been, in vain. `unknown`: there is none that we know how to answer. */
  take(side: ChallengeSide, header: string | undefined): 'answer' | 'wrong' | 'unknown' {
    const [challenge] = readChallenges(header);
    const before = this.#held.get(side);
    this.#held.delete(side);
    if (challenge === undefined) return 'unknown';
    if (before?.isFresh === true) {
      if (!challenge.isStale || this.#stale >= MAX_STALE) return 'wrong';
      this.#stale += 1;
    }
    this.#held.set(side, { challenge, count: 0, isFresh: true });
    return 'answer';
  }

  /** Authorization for whatever is held. */
  headers(signed: Signed): Readonly<Record<string, string>> {
    const headers: Record<string, string> = {};
    for (const [side, held] of this.#held) {
      held.count += 1;
      const use = { count: held.count, cnonce: this.#deps.token() };
      const name = side === 'user' ? 'Authorization' : 'Proxy-Authorization';
      headers[name] = answerTo(held.challenge, this.#credentials, signed, use, this.#deps.hash);
    }
    return headers;
  }
}

const MAX_STALE = 2;
