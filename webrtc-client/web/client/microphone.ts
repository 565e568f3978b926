import { CallError } from './call-error.ts';
import { microphoneError } from './microphone-failure.ts';

/** The caller's microphone, with echo cancellation, during one call. */
export class Microphone {
  readonly #onTrouble: (error: CallError) => void;
  readonly #onReplaced: (track: MediaStreamTrack) => void;
  #track: MediaStreamTrack;
  #muted = false;
  #isClosed = false;

  private constructor(track: MediaStreamTrack, onReplaced: (track: MediaStreamTrack) => void, onTrouble: (error: CallError) => void) {
    this.#track = track;
    this.#onReplaced = onReplaced;
    this.#onTrouble = onTrouble;
    this.#watch(track);
  }

  /**
   * Asks for permission where it has not been given. `onReplaced` is called when another microphone takes over,
   * `onTrouble` when none is left. Rejects with a `CallError`.
   */
  static async open(
    id: string | undefined,
    onReplaced: (track: MediaStreamTrack) => void,
    onTrouble: (error: CallError) => void,
  ): Promise<Microphone> {
    return new Microphone(await openTrack(id), onReplaced, onTrouble);
  }

  get track(): MediaStreamTrack {
    return this.#track;
  }

  /** Silence is sent while muted; the microphone stays open so that going on is instant. */
  mute(on: boolean): void {
    this.#muted = on;
    this.#track.enabled = !on;
  }

  async use(id: string | undefined): Promise<void> {
    const track = await openTrack(id);
    if (this.#isClosed) {
      track.stop();
      return;
    }
    const before = this.#track;
    track.enabled = !this.#muted;
    this.#track = track;
    this.#watch(track);
    this.#onReplaced(track);
    before.stop();
  }

  close(): void {
    this.#isClosed = true;
    this.#track.stop();
  }

  /** `ended` comes when it is unplugged or its permission is taken back, never from our own `stop`. */
  #watch(track: MediaStreamTrack): void {
    track.addEventListener('ended', () => {
      if (this.#isClosed || track !== this.#track) return;
      this.use(undefined).catch((error: unknown) => this.#onTrouble(microphoneError(error)));
    });
    track.addEventListener('mute', () => {
      if (this.#isClosed || track !== this.#track) return;
      this.#onTrouble(
        new CallError(
          'MICROPHONE_SILENT',
          'The microphone has been switched off by the device or its system.',
          'Switch it on again: a key of the keyboard, a switch of the headset, or the privacy settings.',
        ),
      );
    });
  }
}

async function openTrack(id: string | undefined): Promise<MediaStreamTrack> {
  const here = { secure: globalThis.isSecureContext, address: location.href };
  // Browsers hide the whole interface in an insecure context.
  const devices = navigator.mediaDevices as MediaDevices | undefined;
  if (devices === undefined) throw microphoneError(undefined, here);
  const audio: MediaTrackConstraints = { echoCancellation: true, noiseSuppression: true, autoGainControl: true, channelCount: 1 };
  if (id !== undefined && id !== '') audio.deviceId = { exact: id };
  try {
    const [track] = (await devices.getUserMedia({ audio, video: false })).getAudioTracks();
    if (track === undefined) throw new DOMException('no audio track', 'NotFoundError');
    return track;
  } catch (error) {
    // A microphone remembered from last time may be unplugged today.
    if (audio.deviceId !== undefined && error instanceof Error && error.name === 'OverconstrainedError') return await openTrack(undefined);
    throw microphoneError(error, here);
  }
}
