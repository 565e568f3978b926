import * as Plot from '@observablehq/plot';
import { binLoudness, describeTimeline, type Timeline } from './timeline.ts';
import { clockText } from './time-text.ts';
import { sourceWords } from './words.ts';

/**
 * The picture of a call: the caller's loudness upwards, the bot's downwards, its turns as bands, the waits for it as gaps, interruptions as
 * lines. Colours are the page's custom properties. Loaded only when a call is over.
 */
export function drawTimeline(timeline: Timeline, widthPx: number): SVGElement {
  const loudness = binLoudness(timeline, Math.max(100, Math.round(widthPx / 2)));
  const plot = Plot.plot({
    // A document of its own: Plot puts a <style> into its pictures, which the page's Content-Security-Policy would report.
    document: document.implementation.createHTMLDocument(''),
    className: 'timeline',
    width: widthPx,
    height: HEIGHT_PX,
    marginLeft: 34,
    marginRight: 8,
    marginTop: 18,
    marginBottom: 26,
    style: { background: 'none', overflow: 'visible' },
    x: {
      domain: [0, Math.max(1, timeline.durationS)],
      label: null,
      ticks: Math.max(3, Math.round(widthPx / 90)),
      tickFormat: (seconds: number) => clockText(seconds * 1000),
      insetLeft: 2,
    },
    y: { domain: [-1, 1], axis: null },
    ariaDescription: describeTimeline(timeline),
    marks: [...bands(timeline), ...voices(loudness), ...waits(timeline, widthPx), ...marks(timeline), ...names()],
  });
  const picture = plot.localName === 'svg' ? plot : plot.querySelector('svg');
  if (!(picture instanceof Object)) throw new Error('Plot made no SVG');
  for (const style of picture.querySelectorAll('style')) style.remove();
  // One picture, one name: what Plot calls its groups is allowed only on elements with a role.
  for (const group of picture.querySelectorAll('g')) group.removeAttribute('aria-label');
  picture.setAttribute('role', 'img');
  picture.setAttribute('aria-label', describeTimeline(timeline));
  picture.removeAttribute('aria-description');
  return picture as SVGElement;
}

function bands({ turns }: Timeline): Plot.Markish[] {
  return [
    Plot.rect(turns, {
      x1: 'fromS',
      x2: 'toS',
      y1: -1,
      y2: 0,
      rx: 3,
      fill: 'var(--band)',
      title: (turn: Timeline['turns'][number]) => `Turn ${turn.turnId}, ${sourceWords(turn.source)}, ${turn.outcome}\n${turn.heardText}`,
    }),
  ];
}

function voices(loudness: Timeline['loudness']): Plot.Markish[] {
  return [
    Plot.areaY(loudness, { x: 'atS', y1: 0, y2: 'caller', fill: 'var(--caller)' }),
    Plot.areaY(loudness, { x: 'atS', y1: 0, y2: (sample: Timeline['loudness'][number]) => -sample.bot, fill: 'var(--bot)' }),
    Plot.ruleY([0], { stroke: 'var(--line)' }),
  ];
}

/** The wait for each answer, in figures where there is room for them. */
function waits({ gaps, durationS }: Timeline, widthPx: number): Plot.Markish[] {
  const pxPerS = widthPx / Math.max(1, durationS);
  let lastPx = -Infinity;
  const roomy = gaps.filter(({ fromS }) => {
    if (fromS * pxPerS - lastPx < LABEL_PX) return false;
    lastPx = fromS * pxPerS;
    return true;
  });
  return [
    Plot.rect(gaps, {
      x1: 'fromS',
      x2: 'toS',
      y1: -1,
      y2: 1,
      fill: 'var(--wait)',
      title: (gap: Timeline['gaps'][number]) => `First sound after ${Math.round(gap.ms)} ms`,
    }),
    Plot.text(roomy, {
      x: (gap: Timeline['gaps'][number]) => (gap.fromS + gap.toS) / 2,
      y: 1,
      dy: -8,
      text: (gap: Timeline['gaps'][number]) => `${Math.round(gap.ms)} ms`,
      fill: 'var(--muted)',
      fontSize: 10,
    }),
  ];
}

function marks({ bargeIns, digits }: Timeline): Plot.Markish[] {
  const aborts = bargeIns.filter(({ decision }) => decision === 'abort');
  const resumes = bargeIns.filter(({ decision }) => decision === 'resume');
  return [
    Plot.ruleX(aborts, { x: 'atS', stroke: 'var(--alert)', strokeWidth: 1.75, title: () => 'You interrupted' }),
    Plot.dot(aborts, { x: 'atS', y: -1, symbol: 'times', stroke: 'var(--alert)', strokeWidth: 2, r: 4 }),
    Plot.ruleX(resumes, { x: 'atS', stroke: 'var(--muted)', strokeDasharray: '2,3', title: () => 'The bot paused and went on' }),
    Plot.text(digits, { x: 'atS', y: 0.9, text: 'digits', fill: 'var(--ink)', fontWeight: 600, fontSize: 12 }),
  ];
}

function names(): Plot.Markish[] {
  const name = { frameAnchor: 'left', dx: -34, textAnchor: 'start', fontSize: 12, fontWeight: 600 } as const;
  return [Plot.text(['You'], { ...name, y: 0.5, fill: 'var(--ink)' }), Plot.text(['Bot'], { ...name, y: -0.5, fill: 'var(--accent)' })];
}

const HEIGHT_PX = 200;
/** What "1234 ms" needs at ten pixels. */
const LABEL_PX = 52;
