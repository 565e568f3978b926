import { html, nothing, type TemplateResult } from 'lit';
import { isCalling, isTalking, secondsToWait, type Actions, type Model } from '../model.ts';
import { INSECURE_CONTEXT } from '../notices.ts';
import { clockText } from '../time-text.ts';
import { endWords, stateWords } from '../words.ts';
import { icons } from './icons.ts';
import { keypad } from './keypad.ts';
import { personaChoice } from './persona-choice.ts';

/** The telephone: what the bot is doing, the one big button, mute and keypad, both voices' meters. */
export function callPanel(model: Model, actions: Actions): TemplateResult {
  const { call } = model;
  const calling = isCalling(model);
  const talking = isTalking(model);
  const state = call?.state ?? 'idle';
  const words = stateWords(
    state === 'ended' && call?.endReason === 'failed' ? 'failed' : state === 'idle' && isBlocked(model) ? 'blocked' : state,
  );
  const elapsedMs = talking ? call?.elapsedMs(model.nowMs) : undefined;
  return html`
    <section class="card phone" aria-labelledby="phone-title" data-state=${state} ?data-calling=${calling}>
      <h2 id="phone-title" class="sr-only">Call</h2>
      <div class="state">
        <p class="state-word"><span class="state-dot" aria-hidden="true"></span><span id="state">${words.word}</span></p>
        <p class="state-hint">${hint(model, words.hint)}</p>
        <p class="elapsed">${elapsedMs === undefined ? '\u00A0' : html`<span class="sr-only">Time: </span>${clockText(elapsedMs)}`}</p>
      </div>
      <div class="buttons">
        <button
          class="round-button"
          id="mute"
          type="button"
          ?hidden=${!calling}
          aria-pressed=${call?.muted ? 'true' : 'false'}
          @click=${() => actions.toggleMute()}
        >
          ${call?.muted ? icons.muted : icons.microphone}<span>Mute</span>
        </button>
        ${bigButton(model, actions)}
        <button
          class="round-button"
          id="keypad-toggle"
          type="button"
          ?hidden=${!calling}
          aria-expanded=${model.isKeypadOpen ? 'true' : 'false'}
          aria-controls="keypad"
          @click=${() => actions.toggleKeypad()}
        >
          ${icons.keypad}<span>Keypad</span>
        </button>
      </div>
      <div id="keypad" ?hidden=${!model.isKeypadOpen}>${model.isKeypadOpen ? keypad(model, actions) : nothing}</div>
      ${personaChoice(model, actions)}
      <div class="meters">${meter('caller', 'You', call?.muted === true && calling)} ${meter('bot', 'Bot', false)}</div>
    </section>
  `;
}

function bigButton(model: Model, actions: Actions): TemplateResult {
  const calling = isCalling(model);
  const seconds = secondsToWait(model);
  const blocked = !calling && isBlocked(model);
  const label = calling ? 'Hang up' : model.call === undefined ? 'Call' : 'Call again';
  // One button for both keeps the focus where it is; aria-disabled instead of disabled does too.
  return html`
    <button
      class="big-button ${calling ? 'hang-up' : 'call'}"
      id="call"
      type="button"
      aria-disabled=${blocked ? 'true' : 'false'}
      aria-describedby=${seconds > 0 ? 'countdown' : nothing}
      @click=${() => blocked || actions.callOrHangUp()}
    >
      ${calling ? icons.hangUp : icons.call}<span>${label}</span>
    </button>
  `;
}

function isBlocked(model: Model): boolean {
  return !model.readiness.canCall || secondsToWait(model) > 0 || model.failure?.code === INSECURE_CONTEXT.code;
}

function hint(model: Model, usual: string): string {
  const { call } = model;
  if (call?.endReason !== undefined && call.endReason !== 'failed') return endWords(call.endReason);
  // Once the notice is put away, nothing stands above any more.
  if (call?.endReason === 'failed' && model.failure === undefined && model.readiness.notice === undefined)
    return 'Press Call again to try once more.';
  if (call?.muted === true && call.state !== 'connecting') return 'Muted: it hears nothing.';
  return usual;
}

/** Filled by `meters.ts` many times a second, past the templates. */
function meter(side: 'caller' | 'bot', name: string, isMuted: boolean): TemplateResult {
  return html`
    <div class="meter-row">
      <span class="meter-name" aria-hidden="true">${name}</span>
      <div
        class="meter ${side}"
        id="meter-${side}"
        role="meter"
        aria-label=${side === 'caller' ? 'Your loudness' : 'The bot’s loudness'}
        aria-valuemin="-60"
        aria-valuemax="0"
        aria-valuenow="-60"
        aria-valuetext="silent"
      >
        <div class="meter-fill"></div>
      </div>
      <span class="meter-note">${isMuted ? 'muted' : ''}</span>
    </div>
  `;
}
