import { html, type TemplateResult } from 'lit';
import type { NetworkFigures } from '../figures.ts';
import type { Model } from '../model.ts';
import { msText, percentText } from '../time-text.ts';

/** What the network does to either voice: the browser measures the bot's, the server the caller's. */
export function networkPanel(model: Model): TemplateResult {
  const { toCaller, fromCaller } = model.call?.network ?? {};
  return html`
    <section class="card network" aria-labelledby="network-title">
      <h2 id="network-title">Network</h2>
      <table>
        <thead>
          <tr>
            <td></td>
            <th scope="col">Lost</th>
            <th scope="col">Jitter</th>
            <th scope="col">Round trip</th>
          </tr>
        </thead>
        <tbody>
          ${row('Bot’s voice', toCaller)} ${row('Your voice', fromCaller)}
        </tbody>
      </table>
      <p class="network-transport">${transportText(model)}</p>
    </section>
  `;
}

function row(name: string, figures: NetworkFigures | undefined): TemplateResult {
  return html`
    <tr>
      <th scope="row">${name}</th>
      <td>${percentText(figures?.lossRatio)}</td>
      <td>${msText(figures?.jitterMs)}</td>
      <td>${msText(figures?.roundTripMs)}</td>
    </tr>
  `;
}

function transportText(model: Model): string {
  const { call } = model;
  if (call?.transport === undefined) return 'Measured while a call goes on.';
  return call.transport === 'webrtc'
    ? 'Over WebRTC: Opus, UDP where the network lets it through.'
    : 'Over WebSocket: plain PCM on one TCP connection.';
}
