import { CallError, VoiceClient } from '../client/voice-client.ts';
import { Captions } from './captions.ts';
import { STYLES } from './styles.ts';
import { View } from './view.ts';
import { ENGLISH, endingText, wordsOf, type PartialWords, type Words } from './words.ts';

/** Below it a meter shows nothing, dBov. */
const METER_FLOOR_DBOV = -60;
const TRANSPORTS = ['auto', 'webrtc', 'websocket'] as const;

/**
 * `<voice-call>`: a button that calls the bot, and what is said about it. Attributes: `persona`, `server`, `token`, `transport`, `captions`.
 * Events, bubbling and out of shadow trees: `call-state`, `call-message`, `call-failure`, `call-ended`.
 */
export class VoiceCallElement extends HTMLElement {
  static readonly observedAttributes = ['captions', 'persona', 'server', 'token', 'transport'];
  /** Where the element's script comes from; the attribute `server` wins. */
  static defaultServer: string | undefined;

  readonly #view = new View();
  readonly #captions = new Captions();
  #words: Words = ENGLISH;
  #client: VoiceClient | undefined;
  #tokenSource: (() => Promise<string>) | undefined;
  #failure = '';
  #ending = '';
  #frame = 0;

  constructor() {
    super();
    const root = this.attachShadow({ mode: 'open', delegatesFocus: true });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLES);
    root.adoptedStyleSheets = [sheet];
    root.append(this.#view.panel);
    this.#view.call.addEventListener('click', () => void (this.isOn ? this.hangUp() : this.call().catch(() => undefined)));
    this.#view.mute.addEventListener('click', () => {
      this.muted = !this.muted;
    });
  }

  /** The client of the present call, or of the last one; before the first there is none. */
  get client(): VoiceClient | undefined {
    return this.#client;
  }

  get isOn(): boolean {
    const state = this.#client?.state;
    return state !== undefined && state !== 'idle' && state !== 'ended';
  }

  get muted(): boolean {
    return this.#client?.muted ?? false;
  }

  set muted(on: boolean) {
    this.#client?.mute(on);
    this.#render();
  }

  /** Fetches a call token from your own server before each call; wins over the attribute. */
  set tokenSource(source: (() => Promise<string>) | undefined) {
    this.#tokenSource = source;
  }

  get tokenSource(): (() => Promise<string>) | undefined {
    return this.#tokenSource;
  }

  /** Replaces any of the element's own texts. */
  set words(own: PartialWords) {
    this.#words = wordsOf(own);
    this.#render();
  }

  get words(): Words {
    return this.#words;
  }

  /** As `VoiceClient.call`; a failure is shown, told by `call-failure`, and rejects. */
  async call(): Promise<void> {
    if (this.isOn) return;
    this.#captions.clear();
    this.#failure = '';
    this.#ending = '';
    try {
      this.#client = this.#newClient();
      await this.#client.call();
    } catch (error) {
      const shown =
        error instanceof CallError
          ? error
          : new CallError(
              'SERVER_FAULT',
              'This element is set up wrongly.',
              'Whoever runs the page has to correct its attribute `server`.',
              { cause: error },
            );
      if (shown.code !== 'CANCELLED') this.#failed(shown);
      throw shown;
    }
  }

  async hangUp(): Promise<void> {
    await this.#client?.hangUp();
  }

  connectedCallback(): void {
    this.#adopt();
    this.#render();
  }

  /** Moved within the page it calls on; taken out it hangs up. */
  disconnectedCallback(): void {
    queueMicrotask(() => {
      if (!this.isConnected) void this.hangUp();
    });
  }

  attributeChangedCallback(): void {
    this.#render();
  }

  /** What a page has set before this script was loaded lies on the element itself and hides the accessors. */
  #adopt(): void {
    for (const name of ['tokenSource', 'words'] as const) {
      if (!Object.hasOwn(this, name)) continue;
      const value = this[name];
      delete (this as Partial<Record<typeof name, unknown>>)[name];
      Object.assign(this, { [name]: value });
    }
  }

  /** A new one for each call: the attributes may have changed. */
  #newClient(): VoiceClient {
    const transport = TRANSPORTS.find((one) => one === this.getAttribute('transport'));
    const client = new VoiceClient({
      server: this.getAttribute('server') ?? VoiceCallElement.defaultServer,
      persona: this.getAttribute('persona') ?? undefined,
      token: this.#tokenSource ?? this.getAttribute('token') ?? undefined,
      transport,
    });
    client.addEventListener('state', ({ detail }) => {
      this.#tell('call-state', detail);
      this.#render();
      if (this.#frame === 0) this.#meter();
    });
    client.addEventListener('message', ({ detail }) => {
      if (this.#captions.apply(detail)) this.#render();
      this.#tell('call-message', detail);
    });
    client.addEventListener('failure', ({ detail }) => this.#failed(detail));
    client.addEventListener('ended', ({ detail }) => {
      this.#ending = detail.reason;
      this.#render();
      this.#tell('call-ended', detail);
    });
    return client;
  }

  #failed(error: CallError): void {
    this.#failure = `${error.text} ${error.advice}`;
    this.#render();
    this.#tell('call-failure', error);
  }

  #render(): void {
    const state = this.#client?.state ?? 'idle';
    this.#view.render({
      words: this.#words,
      isOn: this.isOn,
      isMuted: this.muted,
      state: state === 'ended' ? endingText(this.#words, this.#ending) : this.#words.states[state],
      failure: this.#failure,
      captions: this.hasAttribute('captions') ? this.#captions.lines : undefined,
    });
  }

  #meter(): void {
    this.#frame = requestAnimationFrame(() => {
      this.#frame = 0;
      if (!this.isOn || this.#client === undefined) return;
      const { callerDbov, botDbov } = this.#client.levels();
      this.#view.showLevels(barOf(callerDbov), barOf(botDbov));
      this.#meter();
    });
  }

  #tell(type: string, detail: unknown): void {
    this.dispatchEvent(new CustomEvent(type, { detail, bubbles: true, composed: true }));
  }
}

function barOf(levelDbov: number): number {
  return Math.max(0, Math.min(1, 1 - levelDbov / METER_FLOOR_DBOV));
}
