import { html, nothing, svg, type TemplateResult } from 'lit';
import { describeBar, SEGMENT_MEANINGS, SEGMENT_NAMES, SEGMENT_ORDER, type Segment, type StageBar } from '../stages.ts';

/** One turn's time as a stacked bar; `scaleMs` is the full width, the same for all turns of a call. The figures beside it are its text. */
export function stageBarView(bar: StageBar, scaleMs: number): TemplateResult {
  return html`
    <div class="stages">
      <svg class="stage-bar" viewBox="0 0 ${scaleMs} 10" preserveAspectRatio="none" role="img" aria-label=${describeBar(bar)}>
        ${placed(bar.segments).map(({ kind, ms, fromMs }) => svg`<rect class="segment ${kind}" x=${fromMs} y="0" width=${ms} height="10"><title>${SEGMENT_NAMES[kind]} ${Math.round(ms)} ms</title></rect>`)}
      </svg>
      <p class="stage-figures" aria-hidden="true">
        <strong>${Math.round(bar.firstSoundMs)} ms</strong
        >${bar.segments.map(({ kind, ms }) => html`<span>${SEGMENT_NAMES[kind].toLowerCase()} ${Math.round(ms)}</span>`)}
      </p>
    </div>
  `;
}

export function stageLegend(isShown: boolean): TemplateResult | typeof nothing {
  if (!isShown) return nothing;
  return html`
    <dl class="legend" aria-label="What the bars show">
      ${SEGMENT_ORDER.map(
        (kind) =>
          html`<div>
            <dt><span class="swatch ${kind}" aria-hidden="true"></span>${SEGMENT_NAMES[kind]}</dt>
            <dd>${SEGMENT_MEANINGS[kind]}</dd>
          </div>`,
      )}
    </dl>
  `;
}

/** A round width that every bar fits in: steps, so that the bars do not shrink with every turn. */
export function barScaleMs(bars: readonly StageBar[]): number {
  const longestMs = Math.max(0, ...bars.map(({ totalMs }) => totalMs));
  return SCALES_MS.find((scaleMs) => scaleMs >= longestMs) ?? longestMs;
}

function placed(segments: readonly Segment[]): readonly (Segment & { readonly fromMs: number })[] {
  let fromMs = 0;
  return segments.map((segment) => {
    const at = fromMs;
    fromMs += segment.ms;
    return { ...segment, fromMs: at };
  });
}

const SCALES_MS = [600, 1_000, 2_000, 4_000, 8_000];
