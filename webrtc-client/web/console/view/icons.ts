import { svg, type SVGTemplateResult } from 'lit';

/** Line icons of one family, 24 units square; decoration only, so hidden from screen readers. */
function icon(body: SVGTemplateResult): SVGTemplateResult {
  return svg`<svg class="icon" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" focusable="false">${body}</svg>`;
}

const HANDSET = svg`<path d="M5.4 3.5h2.9c.5 0 .9.3 1.1.8l1.2 3.1c.2.5 0 1-.3 1.4L8.7 10.3a13 13 0 0 0 5 5l1.5-1.6c.4-.3.9-.5 1.4-.3l3.1 1.2c.5.2.8.6.8 1.1v2.9c0 1-.9 1.9-1.9 1.9C10.9 20.5 3.5 13.1 3.5 5.4c0-1 .9-1.9 1.9-1.9Z"/>`;

export const icons = {
  call: icon(HANDSET),
  hangUp: icon(svg`<g transform="rotate(135 12 12)">${HANDSET}</g>`),
  microphone: icon(svg`<rect x="9" y="3" width="6" height="11" rx="3"/><path d="M5.5 11.5a6.5 6.5 0 0 0 13 0M12 18v3"/>`),
  muted: icon(
    svg`<path d="M15 9.5V6a3 3 0 0 0-5.8-1M9 9v2a3 3 0 0 0 4.5 2.6M5.5 11.5a6.5 6.5 0 0 0 10.3 5.3M18.2 13.4c.2-.6.3-1.2.3-1.9M12 18v3M4 4l16 16"/>`,
  ),
  keypad: icon(svg`${[5, 12, 19].flatMap((y) => [5, 12, 19].map((x) => svg`<circle cx=${x} cy=${y} r="1.3" fill="currentColor"/>`))}`),
  download: icon(svg`<path d="M12 4v11m0 0 4-4m-4 4-4-4M5 19.5h14"/>`),
  send: icon(svg`<path d="M12 19V5m0 0-6 6m6-6 6 6"/>`),
  close: icon(svg`<path d="m6 6 12 12M18 6 6 18"/>`),
  auto: icon(svg`<circle cx="12" cy="12" r="8"/><path d="M12 4a8 8 0 0 1 0 16Z" fill="currentColor"/>`),
  light: icon(
    svg`<circle cx="12" cy="12" r="4"/><path d="M12 2.5v2M12 19.5v2M2.5 12h2M19.5 12h2M5.3 5.3l1.4 1.4M17.3 17.3l1.4 1.4M18.7 5.3l-1.4 1.4M6.7 17.3l-1.4 1.4"/>`,
  ),
  dark: icon(svg`<path d="M20 14.2A8.3 8.3 0 1 1 9.8 4a6.6 6.6 0 0 0 10.2 10.2Z"/>`),
};
