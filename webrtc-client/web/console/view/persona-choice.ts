import { html, nothing, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import { chosenPersona, isCalling, type Actions, type Model } from '../model.ts';
import { valueOf } from './settings-panel.ts';

/** Whom to call; and, where the server asks for one, the token that allows it. */
export function personaChoice(model: Model, actions: Actions): TemplateResult {
  const { config } = model;
  const calling = isCalling(model);
  return html`
    <div class="whom">
      <label class="field">
        <span>Persona</span>
        <select
          id="persona"
          ?disabled=${calling || config === undefined}
          .value=${live(chosenPersona(model) ?? '')}
          @change=${(event: Event) => actions.choosePersona(valueOf(event))}
        >
          ${config === undefined ? html`<option value="">…</option>` : config.personas.map(({ name, title }) => html`<option value=${name} ?selected=${name === chosenPersona(model)}>${title === '' ? name : title}</option>`)}
        </select>
      </label>
      ${
        config?.tokenRequired === true
          ? html`
              <label class="field">
                <span>Call token</span>
                <input
                  id="token"
                  type="password"
                  autocomplete="off"
                  spellcheck="false"
                  ?disabled=${calling}
                  .value=${live(model.token)}
                  @input=${(event: Event) => actions.setToken(valueOf(event))}
                />
              </label>
            `
          : nothing
      }
    </div>
  `;
}
