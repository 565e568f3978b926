import { FLOOR_DBOV, MeterBallistics, meterFraction } from './level.ts';

/** Both level meters: moved many times a second, so past the templates and by a transform alone. */
export class Meters {
  readonly #caller: Meter;
  readonly #bot: Meter;

  constructor(root: ParentNode) {
    this.#caller = new Meter(root, '#meter-caller');
    this.#bot = new Meter(root, '#meter-bot');
  }

  show(nowMs: number, levels: { readonly callerDbov: number; readonly botDbov: number }): void {
    this.#caller.show(nowMs, levels.callerDbov);
    this.#bot.show(nowMs, levels.botDbov);
  }
}

class Meter {
  readonly #ballistics = new MeterBallistics();
  readonly #root: ParentNode;
  readonly #selector: string;
  #toldAtMs = -Infinity;

  constructor(root: ParentNode, selector: string) {
    this.#root = root;
    this.#selector = selector;
  }

  show(nowMs: number, dbov: number): void {
    const element = this.#root.querySelector<HTMLElement>(this.#selector);
    if (element === null) return;
    const shown = this.#ballistics.next(nowMs, dbov);
    element.style.setProperty('--level', meterFraction(shown).toFixed(3));
    if (nowMs - this.#toldAtMs < TELL_EVERY_MS) return;
    this.#toldAtMs = nowMs;
    element.setAttribute('aria-valuenow', String(Math.round(shown)));
    element.setAttribute('aria-valuetext', shown <= FLOOR_DBOV ? 'silent' : `${Math.round(shown)} dB`);
  }
}

/** Attributes for screen readers, which ask now and then; a guess. */
const TELL_EVERY_MS = 500;
