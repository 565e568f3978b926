import type { drawTimeline } from './chart.ts';
import { firstSoundFigures } from './figures.ts';
import type { PageCall } from './page-call.ts';
import { standaloneSvg } from './standalone-svg.ts';
import { msText } from './time-text.ts';

/** Puts the picture of a call into the page, as wide as its place, and draws it anew when that changes. */
export class Picture {
  readonly #root: ParentNode;
  readonly #onFault: (error: unknown) => void;
  readonly #observer = new ResizeObserver(() => this.#draw());
  #call: PageCall | undefined;
  #host: Element | undefined;
  #draws: typeof drawTimeline | undefined;
  #prepared = false;
  #drawnPx = 0;

  constructor(root: ParentNode, onFault: (error: unknown) => void) {
    this.#root = root;
    this.#onFault = onFault;
  }

  /** Loads what draws while the server is there for certain: the call may end because it stops. A failure is told when the picture is wanted. */
  prepare(): void {
    if (this.#prepared) return;
    this.#prepared = true;
    this.#load().catch(() => (this.#prepared = false));
  }

  /** To be called after each rendering; undefined: there is no picture now. */
  follow(call: PageCall | undefined): void {
    const host = this.#root.querySelector('#picture') ?? undefined;
    if (host === this.#host && call === this.#call) return;
    this.#observer.disconnect();
    this.#host = host;
    this.#call = call;
    this.#drawnPx = 0;
    if (host === undefined || call === undefined) return;
    void this.#load().then(() => this.#observer.observe(host), this.#onFault);
  }

  /** The picture as a file of its own. */
  svg(): string | undefined {
    const picture = this.#host?.querySelector('svg');
    const call = this.#call;
    if (picture === null || picture === undefined || call === undefined) return undefined;
    const style = getComputedStyle(document.documentElement);
    const probe = document.createElement('span');
    document.body.append(probe);
    const resolved = (name: string): string => {
      probe.style.setProperty('color', `var(${name})`);
      return getComputedStyle(probe).color;
    };
    const colours = Object.fromEntries(COLOURS.filter((name) => style.getPropertyValue(name) !== '').map((name) => [name, resolved(name)]));
    const { p50Ms, p95Ms } = firstSoundFigures(call.transcript);
    const options = {
      colours,
      background: resolved('--surface'),
      ink: resolved('--ink'),
      heading: `${call.title ?? 'Call'}, ${call.startedAt.toLocaleString()}; first sound p50 ${msText(p50Ms)}, p95 ${msText(p95Ms)}`,
      widthPx: Number(picture.getAttribute('width')),
      heightPx: Number(picture.getAttribute('height')),
    };
    probe.remove();
    return standaloneSvg(new XMLSerializer().serializeToString(picture), options);
  }

  async #load(): Promise<void> {
    this.#draws ??= (await import('./chart.ts')).drawTimeline;
  }

  #draw(): void {
    const widthPx = Math.floor(this.#host?.clientWidth ?? 0);
    if (this.#draws === undefined || this.#call === undefined || this.#host === undefined || widthPx === 0 || widthPx === this.#drawnPx)
      return;
    this.#drawnPx = widthPx;
    this.#host.replaceChildren(this.#draws(this.#call.timeline(), widthPx));
  }
}

const COLOURS = ['--caller', '--bot', '--band', '--wait', '--line', '--muted', '--alert', '--ink', '--accent'];
