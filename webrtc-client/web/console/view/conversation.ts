import { html, nothing, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import { repeat } from 'lit/directives/repeat.js';
import { firstSoundFigures } from '../figures.ts';
import { isTalking, type Actions, type Model } from '../model.ts';
import { stageBar, type StageBar } from '../stages.ts';
import { clockText, msText } from '../time-text.ts';
import type { BotEntry, CallerEntry, TranscriptEntry } from '../transcript.ts';
import { soundedWords, sourceWords } from '../words.ts';
import { icons } from './icons.ts';
import { barScaleMs, stageBarView, stageLegend } from './stage-bar.ts';

/** What both said, as it happens; under each answer, where its time went. */
export function conversation(model: Model, actions: Actions): TemplateResult {
  const entries = model.call?.transcript.entries ?? [];
  const bars = new Map(entries.flatMap((entry) => barOf(model, entry)));
  const scaleMs = barScaleMs([...bars.values()]);
  return html`
    <section class="card conversation" id="conversation" aria-labelledby="conversation-title" tabindex="-1">
      <div class="conversation-head">
        <h2 id="conversation-title">Conversation</h2>
        ${firstSound(model)}
      </div>
      ${stageLegend(bars.size > 0)}
      ${
        entries.length === 0
          ? html`<p class="empty">
              ${isTalking(model) ? 'Nobody has said anything yet.' : 'What you and the bot say appears here while you speak, and under each answer how long it took and why.'}
            </p>`
          : html`
              <div class="scroller" id="scroller" tabindex="0" role="region" aria-label="What was said">
                <ol class="transcript" id="transcript">
                  ${repeat(
                    entries,
                    ({ id }) => id,
                    (entry) => entryView(entry, bars.get(entry.id), scaleMs),
                  )}
                </ol>
              </div>
            `
      }
      ${typing(model, actions)}
    </section>
  `;
}

function firstSound(model: Model): TemplateResult {
  const { turns, p50Ms, p95Ms } = firstSoundFigures(model.call?.transcript ?? { entries: [], nextId: 1 });
  return html`
    <dl class="first-sound" title="From your last sound to the bot’s first, as the server counts it">
      <div>
        <dt>First sound p50</dt>
        <dd id="p50">${msText(p50Ms)}</dd>
      </div>
      <div>
        <dt>p95</dt>
        <dd id="p95">${msText(p95Ms)}</dd>
      </div>
      <div>
        <dt>Turns</dt>
        <dd>${turns}</dd>
      </div>
    </dl>
  `;
}

function entryView(entry: TranscriptEntry, bar: StageBar | undefined, scaleMs: number): TemplateResult {
  switch (entry.kind) {
    case 'caller':
      return caller(entry);
    case 'bot':
      return bot(entry, bar, scaleMs);
    case 'digits':
      return html`<li class="entry digits">
        ${speaker('You', entry.atMs)}
        <p>pressed <kbd>${entry.digits}</kbd></p>
      </li>`;
    case 'note':
      return html`<li class="entry note ${entry.tone}"><p>${entry.text}</p></li>`;
    default:
      return entry satisfies never;
  }
}

function caller(entry: CallerEntry): TemplateResult {
  const sounded = entry.sounded === undefined ? undefined : soundedWords(entry.sounded);
  const doubt = entry.confidence !== undefined && entry.confidence < DOUBTFUL_CONFIDENCE;
  return html`
    <li class="entry caller ${entry.form}">
      ${speaker('You', entry.atMs)}
      <div>
        <p class="said">${entry.text}${entry.form === 'partial' ? html`<span class="caret" aria-hidden="true"></span>` : nothing}</p>
        ${entry.form === 'typed' ? html`<p class="aside">typed</p>` : doubt ? html`<p class="aside">recognised with ${Math.round((entry.confidence ?? 0) * 100)} % confidence</p>` : nothing}
        ${sounded === undefined ? nothing : html`<p class="aside sounded">${sounded}</p>`}
      </div>
    </li>
  `;
}

function bot(entry: BotEntry, bar: StageBar | undefined, scaleMs: number): TemplateResult {
  const isOpen = entry.outcome === undefined;
  return html`
    <li class="entry bot ${entry.outcome ?? 'open'}">
      ${speaker('Bot', entry.atMs)}
      <div>
        <p class="said">
          ${entry.heard}${entry.unheard === '' ? nothing : html` <del><span class="sr-only">not heard: </span>${entry.unheard}</del>`}${isOpen ? html`<span class="dots" aria-hidden="true"><i></i><i></i><i></i></span>` : nothing}
        </p>
        ${aside(entry)} ${bar === undefined ? nothing : stageBarView(bar, scaleMs)}
      </div>
    </li>
  `;
}

function aside(entry: BotEntry): TemplateResult | typeof nothing {
  if (entry.outcome === undefined) return nothing;
  const ending = entry.outcome === 'completed' ? '' : ` · ${OUTCOMES[entry.outcome]}`;
  return html`<p class="aside">${sourceWords(entry.source)}${ending}</p>`;
}

function speaker(name: string, atMs: number): TemplateResult {
  return html`<p class="speaker"><span class="speaker-name">${name}</span> <span class="speaker-time">${clockText(atMs)}</span></p>`;
}

function typing(model: Model, actions: Actions): TemplateResult {
  const talking = isTalking(model);
  return html`
    <form class="typing" @submit=${(event: Event) => (event.preventDefault(), actions.send())}>
      <label class="sr-only" for="typed">Type instead of speaking</label>
      <input
        id="typed"
        type="text"
        maxlength="500"
        autocomplete="off"
        enterkeyhint="send"
        placeholder=${talking ? 'Type instead' : 'Type here during a call'}
        ?disabled=${!talking}
        .value=${live(model.draft)}
        @input=${(event: Event) => actions.draft((event.target as HTMLInputElement).value)}
      />
      <button class="send" type="submit" aria-label="Send" ?disabled=${!talking}>${icons.send}</button>
    </form>
  `;
}

function barOf(model: Model, entry: TranscriptEntry): [number, StageBar][] {
  if (entry.kind !== 'bot' || entry.stages === undefined || entry.source === 'greeting') return [];
  const bar = stageBar(entry.stages, model.call?.roundTripMs);
  return bar === undefined ? [] : [[entry.id, bar]];
}

const OUTCOMES = { interrupted: 'interrupted', failed: 'failed', abandoned: 'given up' } as const;
/** A guess: below it the words are worth a second look. */
const DOUBTFUL_CONFIDENCE = 0.6;
