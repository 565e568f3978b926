import { html, type TemplateResult } from 'lit';
import type { Actions, Model } from '../model.ts';
import { callPanel } from './call-panel.ts';
import { conversation } from './conversation.ts';
import { header } from './header.ts';
import { networkPanel } from './network-panel.ts';
import { afterwards } from './afterwards.ts';
import { notices } from './notices.ts';
import { settingsPanel } from './settings-panel.ts';

/** The whole page, of the model alone. */
export function page(model: Model, actions: Actions): TemplateResult {
  return html`
    ${header(model, actions)}
    <main>
      <div class="notices">${notices(model, actions)}</div>
      <div class="layout">
        ${callPanel(model, actions)}
        <div class="talk">${afterwards(model, actions)} ${conversation(model, actions)}</div>
        ${settingsPanel(model, actions)} ${networkPanel(model)}
      </div>
    </main>
  `;
}
