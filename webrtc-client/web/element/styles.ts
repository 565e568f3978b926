/**
 * Custom properties: `--voice-call-accent`, `-on-accent`, `-danger`, `-on-danger`, `-background`, `-foreground`, `-muted`, `-border`, `-radius`, `-font`.
 * All pairs of defaults have a contrast of at least 4.5 to 1 in both schemes.
 */
export const STYLES = `
:host {
  --_accent: var(--voice-call-accent, light-dark(#0b6b3a, #4cc38a));
  --_on-accent: var(--voice-call-on-accent, light-dark(#ffffff, #06170e));
  --_danger: var(--voice-call-danger, light-dark(#b3261e, #ff8a80));
  --_on-danger: var(--voice-call-on-danger, light-dark(#ffffff, #2b0503));
  --_background: var(--voice-call-background, light-dark(#ffffff, #17191c));
  --_foreground: var(--voice-call-foreground, light-dark(#1b1d20, #eceef1));
  --_muted: var(--voice-call-muted, light-dark(#565b63, #a9b0ba));
  --_border: var(--voice-call-border, light-dark(#d5d9df, #3a3f46));
  --_radius: var(--voice-call-radius, 14px);
  color-scheme: light dark;
  display: inline-block;
  max-inline-size: 26rem;
  font: 1rem/1.4 var(--voice-call-font, system-ui, sans-serif);
  color: var(--_foreground);
}
:host([hidden]) { display: none; }
* { box-sizing: border-box; }
.panel {
  display: grid; gap: 0.6rem; padding: 0.9rem;
  background: var(--_background); border: 1px solid var(--_border); border-radius: var(--_radius);
}
.controls { display: flex; flex-wrap: wrap; align-items: center; gap: 0.6rem; }
button {
  display: inline-flex; align-items: center; justify-content: center; gap: 0.5em;
  min-block-size: 2.75rem; padding: 0.5em 1.1em; border: 1px solid transparent; border-radius: 999px;
  font: inherit; font-weight: 600; cursor: pointer; color: var(--_foreground); background: transparent;
}
button:focus-visible { outline: 3px solid var(--_accent); outline-offset: 2px; }
.call { background: var(--_accent); color: var(--_on-accent); }
.call.is-on { background: var(--_danger); color: var(--_on-danger); }
.mute { border-color: var(--_border); }
.mute[aria-pressed='true'] { background: var(--_foreground); color: var(--_background); }
svg { inline-size: 1.15em; block-size: 1.15em; fill: currentColor; flex: none; }
.is-on > svg { transform: rotate(135deg); }
.state { margin: 0; min-inline-size: 8rem; color: var(--_muted); }
.levels { display: grid; gap: 3px; }
.level { block-size: 4px; border-radius: 2px; background: var(--_border); overflow: hidden; }
.level > i { display: block; block-size: 100%; inline-size: 100%; background: var(--_accent); transform: scaleX(var(--_level, 0)); transform-origin: 0 50%; }
.failure { margin: 0; color: var(--_danger); }
.captions { max-block-size: 14rem; overflow-y: auto; display: grid; gap: 0.35rem; }
.captions > p { margin: 0; }
.who { font-weight: 600; }
.caller .who { color: var(--_accent); }
.partial { color: var(--_muted); font-style: italic; }
.cut { color: var(--_muted); }
[hidden] { display: none !important; }
@media (prefers-reduced-motion: no-preference) { .level > i { transition: transform 80ms linear; } }
@media (forced-colors: active) { button { border-color: ButtonText; } }
`;
