import { html, nothing, type TemplateResult } from 'lit';
import { secondsToWait, type Actions, type Model } from '../model.ts';
import { icons } from './icons.ts';

/** Trouble in plain words; an alert, so that it is read at once. The countdown stays outside of it, or it would be read every second. */
export function notices(model: Model, actions: Actions): TemplateResult {
  const { failure, readiness } = model;
  const seconds = secondsToWait(model);
  const countdown =
    seconds > 0
      ? html`<p id="countdown" class="countdown">
          You can call again in <strong>${seconds}</strong>${seconds === 1 ? ' second' : ' seconds'}.
        </p>`
      : nothing;
  return html`
    ${
      failure === undefined
        ? countdown
        : html`
            <div class="notice trouble" data-code=${failure.code}>
              <div>
                <div role="alert">
                  <p class="notice-title">${withCommands(failure.text)}</p>
                  <p class=${seconds > 0 ? 'sr-only' : ''}>${withCommands(failure.advice)}</p>
                </div>
                ${countdown}
              </div>
              ${failure.isLasting ? nothing : html`<button class="quiet-button" type="button" aria-label="Put this notice away" @click=${() => actions.dismissFailure()}>${icons.close}</button>`}
            </div>
          `
    }
    <div role="status">
      ${
        readiness.notice === undefined || failure?.code === 'INSECURE_CONTEXT'
          ? nothing
          : html`
              <div class="notice ${readiness.notice.tone}" data-readiness>
                ${readiness.notice.tone === 'wait' ? html`<span class="spinner" aria-hidden="true"></span>` : nothing}
                <div>
                  <p class="notice-title">${readiness.notice.title}</p>
                  <p>${readiness.notice.text}</p>
                </div>
              </div>
            `
      }
    </div>
  `;
}

/** What stands between backticks is a command to copy, so it stays on one line. */
function withCommands(text: string): readonly (string | TemplateResult)[] {
  return text.split('`').map((part, index) => (index % 2 === 1 ? html`<code>${part}</code>` : part));
}
