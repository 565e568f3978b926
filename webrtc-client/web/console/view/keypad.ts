import { html, nothing, type TemplateResult } from 'lit';
import type { Actions, Model } from '../model.ts';

/** A telephone's keys. While it is open the keyboard's digits work too, and Escape closes it. */
export function keypad(model: Model, actions: Actions): TemplateResult {
  return html`
    <p class="pressed" aria-hidden="true">${model.pressed === '' ? '\u00A0' : model.pressed}</p>
    <div class="keys" role="group" aria-label="Keypad">
      ${KEYS.map(([digit, letters]) => html`<button class="key" type="button" aria-label=${SPOKEN[digit] ?? nothing} data-digit=${digit} @click=${() => actions.press(digit)}>${digit} <small>${letters}</small></button>`)}
    </div>
    <p class="keys-hint">Your keyboard’s digits work too. Escape closes.</p>
  `;
}

/** ITU-T E.161. */
const KEYS: readonly (readonly [string, string])[] = [
  ['1', ''],
  ['2', 'abc'],
  ['3', 'def'],
  ['4', 'ghi'],
  ['5', 'jkl'],
  ['6', 'mno'],
  ['7', 'pqrs'],
  ['8', 'tuv'],
  ['9', 'wxyz'],
  ['*', ''],
  ['0', '+'],
  ['#', ''],
];
const SPOKEN: Readonly<Record<string, string>> = { '*': 'star', '#': 'hash' };
