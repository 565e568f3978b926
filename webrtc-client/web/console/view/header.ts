import { html, type TemplateResult } from 'lit';
import type { Actions, Model } from '../model.ts';
import type { Theme } from '../settings.ts';
import { icons } from './icons.ts';

export function header(model: Model, actions: Actions): TemplateResult {
  const { theme } = model.remembered;
  const next = NEXT_THEME[theme];
  return html`
    <header class="masthead">
      <h1 class="brand">Parley<span class="brand-sub"> a voice bot to talk with</span></h1>
      <button
        class="quiet-button"
        id="theme"
        type="button"
        aria-label="Colours: ${THEME_NAMES[theme]}. Change to ${THEME_NAMES[next]}"
        title="Colours: ${THEME_NAMES[theme]}"
        @click=${() => actions.chooseTheme(next)}
      >
        ${icons[theme]}
      </button>
    </header>
  `;
}

const NEXT_THEME: Readonly<Record<Theme, Theme>> = { auto: 'light', light: 'dark', dark: 'auto' };
const THEME_NAMES: Readonly<Record<Theme, string>> = { auto: 'as the system', light: 'light', dark: 'dark' };
