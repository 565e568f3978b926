import { html, nothing, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import type { TransportChoice } from '../call-client.ts';
import type { Device } from '../devices.ts';
import { isCalling, type Actions, type Model } from '../model.ts';

/** With what to call. Microphone and speaker change at once, the transport with the next call. */
export function settingsPanel(model: Model, actions: Actions): TemplateResult {
  const { remembered, devices } = model;
  const calling = isCalling(model);
  return html`
    <section class="card settings" aria-labelledby="settings-title">
      <h2 id="settings-title">Sound</h2>
      ${deviceChoice('microphone', 'Microphone', devices.microphones, remembered.microphoneId, (id) => actions.chooseMicrophone(id))}
      ${devices.canChooseSpeaker ? deviceChoice('speaker', 'Speaker', devices.speakers, remembered.speakerId, (id) => actions.chooseSpeaker(id)) : nothing}
      <label class="field">
        <span>Transport</span>
        <select id="transport" ?disabled=${calling} @change=${(event: Event) => actions.chooseTransport(valueOf(event) as TransportChoice)}>
          ${TRANSPORTS.map(([value, name]) => html`<option value=${value} ?selected=${value === remembered.transport}>${name}</option>`)}
        </select>
      </label>
    </section>
  `;
}

function deviceChoice(id: string, name: string, all: readonly Device[], chosenId: string, choose: (id: string) => void): TemplateResult {
  const chosen = all.some((device) => device.id === chosenId) ? chosenId : '';
  return html`
    <label class="field">
      <span>${name}</span>
      <select id=${id} .value=${live(chosen)} @change=${(event: Event) => choose(valueOf(event))}>
        <option value="" ?selected=${chosen === ''}>System default</option>
        ${all.map((device) => html`<option value=${device.id} ?selected=${device.id === chosen}>${device.label}</option>`)}
      </select>
    </label>
  `;
}

export function valueOf(event: Event): string {
  return (event.target as HTMLInputElement | HTMLSelectElement).value;
}

const TRANSPORTS: readonly (readonly [TransportChoice, string])[] = [
  ['auto', 'Automatic'],
  ['webrtc', 'WebRTC'],
  ['websocket', 'WebSocket'],
];
