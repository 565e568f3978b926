/** Speaks to screen readers through a polite live region: finished sentences, one after the other. */
export class Announcer {
  readonly #region: HTMLElement;

  constructor(region: HTMLElement) {
    this.#region = region;
  }

  say(text: string): void {
    const line = document.createElement('p');
    line.textContent = text;
    this.#region.append(line);
    while (this.#region.childElementCount > MAX_LINES) this.#region.firstElementChild?.remove();
  }
}

/** What was read long ago need not stay for somebody who walks through the page. */
const MAX_LINES = 6;
