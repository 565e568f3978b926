import { render } from 'lit';
import { Announcer } from './announcer.ts';
import type { CallClient, CallFailure, CallSettings, TransportChoice } from './call-client.ts';
import { download } from './download.ts';
import { listDevices, NO_DEVICES } from './devices.ts';
import type { ClientConfig } from './messages.ts';
import { Meters } from './meters.ts';
import { chosenPersona, isCalling, isTalking, secondsToWait, type Actions, type Model } from './model.ts';
import { INSECURE_CONTEXT, isMended, noticeOf, unexpected } from './notices.ts';
import { LEVEL_STEP_MS, PageCall } from './page-call.ts';
import { Picture } from './picture.ts';
import { ReadinessWatch, type Found } from './readiness-watch.ts';
import type { HealthAnswer } from './readiness.ts';
import { recall, store } from './memory.ts';
import type { Remembered, Theme } from './settings.ts';
import { page } from './view/page.ts';
import { captionOf } from './words.ts';

/** What the page needs of the outside; tests bring their own. */
export interface ConsoleDependencies {
  createClient(settings: CallSettings): CallClient;
  config(): Promise<ClientConfig>;
  health(): Promise<HealthAnswer>;
  readonly isSecureContext: boolean;
  /** Monotonic, any origin. */
  nowMs(): number;
  /** Does `action` over and over, for as long as the page lives. */
  every(intervalMs: number, action: () => void): void;
}

/** The page: keeps the model, draws it after each change, and does what the views ask for. */
export class Console implements Actions {
  readonly #root: HTMLElement;
  readonly #deps: ConsoleDependencies;
  readonly #announcer: Announcer;
  readonly #meters: Meters;
  readonly #picture: Picture;
  readonly #watch: ReadinessWatch;
  #model: Model;
  #isDrawing = false;
  #calledAtMs = -Infinity;

  constructor(root: HTMLElement, liveRegion: HTMLElement, deps: ConsoleDependencies) {
    this.#root = root;
    this.#deps = deps;
    this.#announcer = new Announcer(liveRegion);
    this.#meters = new Meters(root);
    this.#picture = new Picture(root, (error) => this.#failed(unexpected(error)));
    this.#watch = new ReadinessWatch(
      deps,
      (found) => this.#found(found),
      (error) => this.#failed(unexpected(error)),
    );
    this.#model = {
      nowMs: deps.nowMs(),
      config: undefined,
      readiness: { canCall: false, nextLookMs: 0 },
      remembered: recall(),
      token: '',
      devices: NO_DEVICES,
      call: undefined,
      failure: deps.isSecureContext ? undefined : INSECURE_CONTEXT,
      retryAtMs: undefined,
      isKeypadOpen: false,
      pressed: '',
      draft: '',
    };
  }

  start(): void {
    this.#applyTheme(this.#model.remembered.theme);
    this.#root.replaceChildren();
    this.#drawNow();
    this.#watch.start();
    void this.#findDevices();
    navigator.mediaDevices?.addEventListener('devicechange', () => void this.#findDevices());
    document.addEventListener('keydown', (event) => this.#key(event));
    this.#deps.every(LEVEL_STEP_MS, () => this.#tick());
  }

  callOrHangUp(): void {
    const nowMs = this.#deps.nowMs();
    if (isCalling(this.#model)) {
      // A double click on Call is one call, not a call and a hang-up.
      if (nowMs - this.#calledAtMs > DOUBLE_CLICK_MS)
        void this.#model.call?.client.hangUp().catch((error: unknown) => this.#failed(unexpected(error)));
      return;
    }
    this.#calledAtMs = nowMs;
    void this.#call();
  }

  toggleMute(): void {
    const { call } = this.#model;
    if (call === undefined || call.isOver) return;
    call.mute(!call.muted);
    this.#announcer.say(call.muted ? 'Muted.' : 'No longer muted.');
  }

  toggleKeypad(): void {
    const isKeypadOpen = !this.#model.isKeypadOpen;
    this.#change({ isKeypadOpen, pressed: '' });
    this.#drawNow();
    this.#root.querySelector<HTMLElement>(isKeypadOpen ? '.key' : '#keypad-toggle')?.focus();
  }

  press(digit: string): void {
    const { call } = this.#model;
    if (call === undefined || !isTalking(this.#model)) return;
    call.client.sendDigit(digit);
    this.#change({ pressed: `${this.#model.pressed}${digit}`.slice(-MAX_PRESSED) });
  }

  draft(text: string): void {
    this.#change({ draft: text });
  }

  send(): void {
    const text = this.#model.draft.trim();
    if (text === '' || !isTalking(this.#model)) return;
    this.#model.call?.type(text);
    this.#change({ draft: '' });
  }

  choosePersona(persona: string): void {
    this.#remember({ persona });
  }

  chooseTransport(transport: TransportChoice): void {
    this.#remember({ transport });
  }

  chooseMicrophone(microphoneId: string): void {
    this.#remember({ microphoneId });
    this.#try(this.#ongoing?.client.setMicrophone(microphoneId));
  }

  chooseSpeaker(speakerId: string): void {
    this.#remember({ speakerId });
    this.#try(this.#ongoing?.client.setSpeaker(speakerId));
  }

  chooseTheme(theme: Theme): void {
    this.#remember({ theme });
    this.#applyTheme(theme);
  }

  setToken(token: string): void {
    this.#change({ token });
  }

  dismissFailure(): void {
    this.#change({ failure: undefined });
    this.#root.querySelector<HTMLElement>('#call')?.focus();
  }

  downloadSvg(): void {
    const [svg, call] = [this.#picture.svg(), this.#model.call];
    if (svg !== undefined && call !== undefined) download(call.fileName('svg'), 'image/svg+xml', svg);
  }

  downloadJson(): void {
    const { call } = this.#model;
    if (call !== undefined) download(call.fileName('json'), 'application/json', `${JSON.stringify(call.document(), undefined, 1)}\n`);
  }

  get #ongoing(): PageCall | undefined {
    return isCalling(this.#model) ? this.#model.call : undefined;
  }

  async #call(): Promise<void> {
    const { remembered, token } = this.#model;
    const { transport, microphoneId, speakerId } = remembered;
    const settings: CallSettings = { persona: chosenPersona(this.#model), transport, microphoneId, speakerId, token };
    const client = this.#deps.createClient(settings);
    const call = new PageCall(client, settings, new Date(), () => this.#deps.nowMs(), {
      changed: () => this.#change({}),
      // How it ended is said once, whoever tells it.
      message: (message) => (message.kind === 'ended' ? undefined : this.#say(captionOf(message))),
      failed: (failure) => this.#failed(failure),
      ended: (reason) => this.#ended(reason),
    });
    this.#change({ call, failure: undefined, retryAtMs: undefined, isKeypadOpen: false, pressed: '', draft: '' });
    this.#announcer.say('Connecting.');
    try {
      await client.call();
      // Names of devices are told once the microphone is allowed.
      await this.#findDevices();
    } catch (error) {
      const failure = unexpected(error);
      if (failure.code !== 'CANCELLED') call.fail(failure);
      call.end(failure.code === 'CANCELLED' ? 'caller/cancelled' : 'failed');
    }
  }

  #failed(failure: CallFailure): void {
    const retryAtMs = failure.retryAfterMs === undefined ? this.#model.retryAtMs : this.#deps.nowMs() + failure.retryAfterMs;
    this.#change({ failure: noticeOf(failure), retryAtMs });
    if (failure.code === 'NOT_READY' || failure.code === 'SERVER_UNREACHABLE') this.#watch.look();
  }

  #ended(reason: string): void {
    this.#change({ isKeypadOpen: false });
    if (reason !== 'failed') this.#say(captionOf({ kind: 'ended', atMs: 0, reason }));
    this.#watch.look();
  }

  #say(text: string | undefined): void {
    if (text !== undefined) this.#announcer.say(text);
  }

  #found({ readiness, config }: Found): void {
    const before = this.#model.readiness;
    const isReadyNow = readiness.canCall && !before.canCall;
    if (isReadyNow && before.notice !== undefined) this.#announcer.say('The bot is ready. You can call.');
    const isMendedNow = isReadyNow && MENDED_BY_READINESS.includes(this.#model.failure?.code ?? '');
    this.#change({ readiness, config, failure: isMendedNow ? undefined : this.#model.failure });
  }

  async #findDevices(): Promise<void> {
    this.#change({ devices: await listDevices(navigator.mediaDevices) });
  }

  #try(doing: Promise<void> | undefined): void {
    doing?.catch((error: unknown) => this.#failed(unexpected(error)));
  }

  #key(event: KeyboardEvent): void {
    if (!this.#model.isKeypadOpen || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === 'Escape') {
      this.toggleKeypad();
      return;
    }
    if (event.target instanceof Element && event.target.closest('input, select, textarea') !== null) return;
    if (/^[0-9*#]$/.test(event.key)) this.press(event.key);
  }

  #tick(): void {
    const nowMs = this.#deps.nowMs();
    const { call, failure, retryAtMs } = this.#model;
    const levels = call === undefined || call.isOver ? SILENCE : call.sampleLevels(nowMs);
    this.#meters.show(nowMs, levels);
    if (failure !== undefined && isMended(failure.code, levels)) this.#change({ failure: undefined });
    const isShownInSeconds = isCalling(this.#model) || retryAtMs !== undefined;
    if (!isShownInSeconds || Math.floor(nowMs / 250) === Math.floor(this.#model.nowMs / 250)) return;
    const wasWaiting = secondsToWait(this.#model) > 0;
    this.#change({ nowMs });
    if (!wasWaiting || secondsToWait(this.#model) > 0) return;
    this.#change({ retryAtMs: undefined, failure: undefined });
    this.#announcer.say('You can call again.');
  }

  #remember(change: Partial<Remembered>): void {
    const remembered = { ...this.#model.remembered, ...change };
    store(remembered);
    this.#change({ remembered });
  }

  #applyTheme(theme: Theme): void {
    document.documentElement.dataset['theme'] = theme;
  }

  #change(change: Partial<Model>): void {
    this.#model = { ...this.#model, nowMs: this.#deps.nowMs(), ...change };
    if (this.#isDrawing) return;
    this.#isDrawing = true;
    requestAnimationFrame(() => this.#drawNow());
  }

  #drawNow(): void {
    this.#isDrawing = false;
    const before = this.#root.querySelector('#scroller');
    const isAtEnd = before === null || before.scrollHeight - before.scrollTop - before.clientHeight < NEAR_END_PX;
    render(page(this.#model, this), this.#root);
    if (isAtEnd) this.#root.querySelector('#scroller')?.scrollTo({ top: Number.MAX_SAFE_INTEGER });
    if (isTalking(this.#model)) this.#picture.prepare();
    this.#picture.follow(this.#model.call?.isOver === true ? this.#model.call : undefined);
  }
}

const SILENCE = { callerDbov: -127, botDbov: -127 };
const MENDED_BY_READINESS: readonly string[] = ['NOT_READY', 'SERVER_UNREACHABLE'];
const DOUBLE_CLICK_MS = 500;
const MAX_PRESSED = 20;
/** Whoever has scrolled back further than this is reading, and is not pulled down. */
const NEAR_END_PX = 60;
