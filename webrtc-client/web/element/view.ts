import type { CaptionLine } from './captions.ts';
import type { Words } from './words.ts';

/** What the element looks like just now. */
export interface Look {
  readonly words: Words;
  readonly isOn: boolean;
  readonly isMuted: boolean;
  /** In words, for the live region. */
  readonly state: string;
  readonly failure: string;
  readonly captions: readonly CaptionLine[] | undefined;
}

const HANDSET =
  'M6.6 10.8a15 15 0 0 0 6.6 6.6l2.2-2.2a1 1 0 0 1 1-.25 11.4 11.4 0 0 0 3.6.57 1 1 0 0 1 1 1V20a1 1 0 0 1-1 1A17 17 0 0 1 3 4a1 1 0 0 1 1-1h3.5a1 1 0 0 1 1 1c0 1.25.2 2.45.57 3.57a1 1 0 0 1-.25 1z';

/** The inside of the element. Built node by node: no markup is parsed, so a strict policy (Trusted Types too) has nothing to forbid. */
export class View {
  readonly panel = make('div', 'panel');
  readonly call = make('button', 'call');
  readonly mute = make('button', 'mute');
  readonly #callText = document.createElement('span');
  readonly #state = make('p', 'state');
  readonly #failure = make('p', 'failure');
  readonly #levels = make('div', 'levels');
  readonly #callerLevel = make('i', 'caller-level');
  readonly #botLevel = make('i', 'bot-level');
  /** A log, which may hold no list items: what a screen reader hears of it is its lines. */
  readonly #captions = make('div', 'captions');
  readonly #lines = new Map<number, HTMLElement>();

  constructor() {
    this.call.type = 'button';
    this.mute.type = 'button';
    this.call.append(icon(HANDSET), this.#callText);
    this.#state.setAttribute('role', 'status');
    this.#failure.setAttribute('role', 'alert');
    this.#captions.setAttribute('role', 'log');
    this.#captions.tabIndex = 0;
    this.#levels.setAttribute('aria-hidden', 'true');
    for (const bar of [this.#callerLevel, this.#botLevel]) {
      const track = make('div', 'level');
      track.append(bar);
      this.#levels.append(track);
    }
    const controls = make('div', 'controls');
    controls.append(this.call, this.mute, this.#state);
    this.panel.append(controls, this.#levels, this.#failure, this.#captions);
  }

  render({ words, isOn, isMuted, state, failure, captions }: Look): void {
    setText(this.#callText, isOn ? words.hangUp : words.call);
    this.call.classList.toggle('is-on', isOn);
    this.mute.hidden = !isOn;
    setText(this.mute, isMuted ? words.unmute : words.mute);
    this.mute.setAttribute('aria-pressed', String(isMuted));
    this.#levels.hidden = !isOn;
    setText(this.#state, state);
    this.#failure.hidden = failure === '';
    setMarked(this.#failure, failure);
    this.#captions.hidden = captions === undefined || captions.length === 0;
    this.#captions.setAttribute('aria-label', words.conversation);
    this.#renderCaptions(captions ?? [], words);
  }

  /** 0 to 1 each. */
  showLevels(caller: number, bot: number): void {
    this.#callerLevel.style.setProperty('--_level', caller.toFixed(3));
    this.#botLevel.style.setProperty('--_level', bot.toFixed(3));
  }

  #renderCaptions(lines: readonly CaptionLine[], words: Words): void {
    const isAtEnd = this.#captions.scrollTop + this.#captions.clientHeight >= this.#captions.scrollHeight - 8;
    for (const [id, item] of this.#lines) {
      if (lines.some((line) => line.id === id)) continue;
      item.remove();
      this.#lines.delete(id);
    }
    for (const line of lines) this.#renderLine(line, words);
    if (isAtEnd) this.#captions.scrollTop = this.#captions.scrollHeight;
  }

  #renderLine({ id, who, text, isPartial, isInterrupted }: CaptionLine, words: Words): void {
    let item = this.#lines.get(id);
    if (item === undefined) {
      item = document.createElement('p');
      item.append(make('span', 'who'), ' ', document.createElement('span'), make('span', 'cut'));
      this.#lines.set(id, item);
      this.#captions.append(item);
    }
    const [name, said, cut] = item.querySelectorAll('span');
    item.className = who;
    item.part.value = `caption ${who}`;
    // Half a word read out by a screen reader helps nobody.
    item.setAttribute('aria-live', isPartial ? 'off' : 'polite');
    if (name !== undefined) setText(name, `${who === 'caller' ? words.caller : words.bot}:`);
    if (said !== undefined) {
      setText(said, text);
      said.className = isPartial ? 'partial' : '';
    }
    if (cut !== undefined) setText(cut, isInterrupted ? ` (${words.interrupted})` : '');
  }
}

/** An element whose class is its CSS part too. */
function make<Tag extends keyof HTMLElementTagNameMap>(tag: Tag, name: string): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag);
  element.className = name;
  element.part.add(name);
  return element;
}

function icon(path: string): SVGSVGElement {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('aria-hidden', 'true');
  const shape = document.createElementNS('http://www.w3.org/2000/svg', 'path');
  shape.setAttribute('d', path);
  svg.append(shape);
  return svg;
}

/** A live region announces what is set, even if it is the same again. */
function setText(element: HTMLElement, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

/** What stands between backticks is a name to copy. */
function setMarked(element: HTMLElement, text: string): void {
  const parts = text.split('`');
  if (element.textContent === parts.join('')) return;
  element.replaceChildren(
    ...parts.map((part, index) => {
      if (index % 2 === 0) return part;
      const name = document.createElement('code');
      name.textContent = part;
      return name;
    }),
  );
}
