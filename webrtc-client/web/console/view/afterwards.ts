import { html, nothing, type TemplateResult } from 'lit';
import type { Actions, Model } from '../model.ts';
import type { Timeline, TimelineTurn } from '../timeline.ts';
import { clockText, msText } from '../time-text.ts';
import { sourceWords } from '../words.ts';
import { icons } from './icons.ts';

/** After the call: its picture, the same as a table, and both to take away. */
export function afterwards(model: Model, actions: Actions): TemplateResult | typeof nothing {
  const { call } = model;
  if (call === undefined || !call.isOver || call.title === undefined) return nothing;
  const timeline = call.timeline();
  return html`
    <section class="card afterwards" id="afterwards" aria-labelledby="afterwards-title">
      <div class="conversation-head">
        <h2 id="afterwards-title">The call</h2>
        <div class="downloads">
          <button class="text-button" id="download-svg" type="button" @click=${() => actions.downloadSvg()}>
            ${icons.download}SVG<span class="sr-only"> picture</span>
          </button>
          <button class="text-button" id="download-json" type="button" @click=${() => actions.downloadJson()}>
            ${icons.download}JSON<span class="sr-only"> record</span>
          </button>
        </div>
      </div>
      <div class="picture" id="picture"></div>
      ${timeline.turns.length === 0 ? nothing : table(timeline)}
    </section>
  `;
}

function table(timeline: Timeline): TemplateResult {
  return html`
    <details class="turn-table">
      <summary>The same as a table</summary>
      <div class="scroll" tabindex="0" role="region" aria-label="Turns of the call">
        <table>
          <thead>
            <tr>
              <th scope="col">At</th>
              <th scope="col">You said</th>
              <th scope="col">Bot was heard saying</th>
              <th scope="col">First sound</th>
              <th scope="col">How it ended</th>
            </tr>
          </thead>
          <tbody>
            ${timeline.turns.map(row)}
          </tbody>
        </table>
      </div>
    </details>
  `;
}

function row(turn: TimelineTurn): TemplateResult {
  return html`
    <tr>
      <td>${clockText(turn.fromS * 1000)}</td>
      <td>${turn.callerText === '' ? '–' : turn.callerText}</td>
      <td>${turn.heardText === '' ? '–' : turn.heardText} <span class="aside">(${sourceWords(turn.source)})</span></td>
      <td>${msText(turn.firstSoundMs)}</td>
      <td>${turn.outcome}</td>
    </tr>
  `;
}
