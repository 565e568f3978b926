import { trickleFragment, type LocalIce } from './trickle.ts';

/** Far more than a browser with many interfaces and servers finds. */
const MAX_CANDIDATES = 64;

/**
 * Gathers candidates and sends them bundled: one request at a time, and what comes meanwhile goes into the next. Holds them
 * until the server has taken the call. What cannot be sent is dropped: the server learns addresses from our checks too.
 */
export class Trickler {
  readonly #send: (fragment: string) => Promise<void>;
  #ice: LocalIce | undefined;
  #waiting: string[] = [];
  #isLast = false;
  #hasToldLast = false;
  #isSending = false;
  #isHeld = true;

  constructor(send: (fragment: string) => Promise<void>) {
    this.#send = send;
  }

  /** A new ICE session: candidates of the one before are void. Holds until `release`. */
  begin(ice: LocalIce | undefined): void {
    this.#ice = ice;
    this.#waiting = [];
    this.#isLast = false;
    this.#hasToldLast = false;
    this.#isHeld = true;
  }

  /** `candidate` as a browser gives it: '' or null says that these were all. */
  add(candidate: string | null | undefined): void {
    if (candidate === null || candidate === undefined || candidate === '') this.#isLast = true;
    else if (this.#waiting.length < MAX_CANDIDATES) this.#waiting.push(candidate.replace(/^a=/, ''));
    this.#flush();
  }

  /** What a request of its own takes along, so that it need not be sent again. */
  take(): { readonly candidates: readonly string[]; readonly isLast: boolean } {
    const candidates = this.#waiting;
    this.#waiting = [];
    this.#hasToldLast = this.#isLast;
    return { candidates, isLast: this.#isLast };
  }

  release(): void {
    this.#isHeld = false;
    this.#flush();
  }

  #flush(): void {
    const hasNews = this.#waiting.length > 0 || (this.#isLast && !this.#hasToldLast);
    if (this.#isHeld || this.#isSending || this.#ice === undefined || !hasNews) return;
    const { candidates, isLast } = this.take();
    this.#isSending = true;
    this.#send(trickleFragment(this.#ice, candidates, isLast))
      .catch(() => undefined)
      .finally(() => {
        this.#isSending = false;
        this.#flush();
      });
  }
}
