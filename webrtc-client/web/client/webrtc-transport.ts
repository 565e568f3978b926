import { CHANNEL_LABEL, parseServerMessage, type ClientConfig, type ClientMessage } from '../signalling.ts';
import { CallError } from './call-error.ts';
import { delay } from './delay.ts';
import { IceRecovery, type RecoveryInput } from './ice-recovery.ts';
import type { NetworkReport } from './network-report.ts';
import { prepareOffer } from './offer-sdp.ts';
import { NO_TOTALS, readStats, type StatsEntry } from './rtc-stats.ts';
import { deleteCall, postOffer, restartIce, trickle, type TakenCall } from './server-api.ts';
import type { Transport, TransportSetup } from './transport.ts';
import { localIce, restartedAnswer, trickleFragment } from './trickle.ts';
import { Trickler } from './trickler.ts';

export interface WebRtcSettings {
  readonly iceServers: ClientConfig['iceServers'];
  readonly iceTransportPolicy?: RTCIceTransportPolicy;
  /** Another transport may be tried, so this one is given up sooner. */
  readonly hasAlternative: boolean;
}

/** Checks come through within a second or never; TURN over TCP and TLS takes a few round trips more. */
const CONNECT_MS = { alone: 20_000, withAlternative: 8_000 } as const;
const TAIL_MS = 300;
/** Commands given before the channel is open. */
const MAX_WAITING_MESSAGES = 32;

/** A call over WebRTC: one HTTP exchange in the manner of WHIP (RFC 9725), then sound by SRTP and messages by a data channel. */
export class WebRtcTransport implements Transport {
  readonly kind = 'webrtc';
  readonly #setup: TransportSetup;
  readonly #connectMs: number;
  readonly #peer: RTCPeerConnection;
  readonly #channel: RTCDataChannel;
  readonly #sender: RTCRtpSender;
  readonly #stop = new AbortController();
  readonly #trickler = new Trickler(async (fragment) => {
    if (this.#call !== undefined) await trickle(this.#setup.server, this.#call, fragment);
  });
  readonly #recovery = new IceRecovery();
  #recoveryTimer: ReturnType<typeof setTimeout> | undefined;
  #isRestarting = false;
  #call: TakenCall | undefined;
  #answerSdp = '';
  #isConnected = false;
  /** The server has said its last message: nothing is left to be ended. */
  #isOver = false;
  #waiting: ClientMessage[] = [];
  #totals = NO_TOTALS;

  constructor(setup: TransportSetup, settings: WebRtcSettings) {
    if (typeof RTCPeerConnection !== 'function') {
      throw new CallError(
        'UNSUPPORTED_BROWSER',
        'This browser has no WebRTC, or a setting or extension has switched it off.',
        'Switch it on, or call with another browser.',
      );
    }
    this.#setup = setup;
    this.#connectMs = settings.hasAlternative ? CONNECT_MS.withAlternative : CONNECT_MS.alone;
    this.#peer = new RTCPeerConnection({
      iceServers: settings.iceServers.filter(({ urls }) => urls.length > 0) as RTCIceServer[],
      bundlePolicy: 'max-bundle',
      rtcpMuxPolicy: 'require',
      ...(settings.iceTransportPolicy === undefined ? {} : { iceTransportPolicy: settings.iceTransportPolicy }),
    });
    this.#sender = this.#peer.addTrack(setup.microphone, new MediaStream([setup.microphone]));
    this.#channel = this.#peer.createDataChannel(CHANNEL_LABEL, { ordered: true });
    this.#listen();
  }

  async open(): Promise<void> {
    try {
      const sdp = await this.#offer({});
      // Never broken off: only with its answer can a call be ended that nobody wants any more.
      const taken = await postOffer(this.#setup.server, sdp, this.#setup);
      if (this.#stop.signal.aborted) deleteCall(taken);
      this.#stop.signal.throwIfAborted();
      this.#call = taken;
      this.#answerSdp = taken.answerSdp;
      this.#trickler.release();
      await this.#peer.setRemoteDescription({ type: 'answer', sdp: taken.answerSdp });
      await this.#connected();
    } catch (error) {
      this.close();
      throw error;
    }
    this.#isConnected = true;
    this.#recover({ kind: 'connected' });
  }

  send(message: ClientMessage): void {
    if (this.#channel.readyState === 'open') this.#channel.send(JSON.stringify(message));
    else if (this.#channel.readyState === 'connecting' && this.#waiting.length < MAX_WAITING_MESSAGES) this.#waiting.push(message);
  }

  async replaceMicrophone(track: MediaStreamTrack): Promise<void> {
    await this.#sender.replaceTrack(track);
  }

  async measure(): Promise<NetworkReport | undefined> {
    const { report, totals } = readStats(await this.#stats(), this.#totals);
    this.#totals = totals;
    return report;
  }

  soundReceived(): Promise<number> {
    return Promise.resolve(this.#totals.packets);
  }

  /** What the jitter buffer still holds when the server's last message comes. */
  playedOut(): Promise<void> {
    return delay(TAIL_MS);
  }

  close(): void {
    if (this.#stop.signal.aborted) return;
    this.#stop.abort();
    clearTimeout(this.#recoveryTimer);
    if (this.#call !== undefined && !this.#isOver) deleteCall(this.#call);
    this.#peer.close();
  }

  #listen(): void {
    const { signal } = this.#stop;
    const { listener } = this.#setup;
    this.#peer.addEventListener('icecandidate', ({ candidate }) => this.#trickler.add(candidate?.candidate), { signal });
    this.#peer.addEventListener('track', ({ track, streams }) => listener.onSound(streams[0] ?? new MediaStream([track])), { signal });
    this.#peer.addEventListener('connectionstatechange', () => this.#changed(), { signal });
    this.#peer.addEventListener('iceconnectionstatechange', () => this.#changed(), { signal });
    this.#channel.addEventListener(
      'open',
      () => {
        for (const message of this.#waiting.splice(0)) this.send(message);
      },
      { signal },
    );
    this.#channel.addEventListener(
      'message',
      ({ data }: MessageEvent<unknown>) => {
        const message = typeof data === 'string' ? parseServerMessage(data) : undefined;
        if (message?.kind === 'ended') this.#isOver = true;
        if (message === undefined) listener.onJunk();
        else listener.onMessage(message);
      },
      { signal },
    );
    this.#channel.addEventListener('close', () => this.#lost(), { signal });
    const onNetwork = (): void => this.#recover({ kind: 'network-changed' });
    addEventListener('online', onNetwork, { signal });
    // Not in Firefox and Safari: there the lost checks tell.
    (navigator as Navigator & { readonly connection?: EventTarget }).connection?.addEventListener('change', onNetwork, { signal });
  }

  /** Our own offer, set and ready to be posted; candidates follow by themselves. */
  async #offer(options: RTCOfferOptions): Promise<string> {
    const offer = await this.#peer.createOffer(options);
    const plain = offer.sdp ?? '';
    const sdp = prepareOffer(plain);
    this.#trickler.begin(localIce(sdp));
    try {
      await this.#peer.setLocalDescription({ type: 'offer', sdp });
    } catch {
      // A browser that takes back nothing but its own words; the server may read ours all the same.
      await this.#peer.setLocalDescription({ type: 'offer', sdp: plain });
    }
    return sdp;
  }

  #connected(): Promise<void> {
    return new Promise((resolve, reject) => {
      const done = new AbortController();
      const settle = (error?: unknown): void => {
        done.abort();
        clearTimeout(timer);
        if (error === undefined) resolve();
        else reject(error as Error);
      };
      const look = (): void => {
        if (this.#peer.connectionState === 'connected') settle();
        else if (this.#peer.connectionState === 'failed') settle(mediaUnreachable());
      };
      const timer = setTimeout(() => settle(mediaUnreachable()), this.#connectMs);
      this.#peer.addEventListener('connectionstatechange', look, { signal: done.signal });
      this.#stop.signal.addEventListener('abort', () => settle(this.#stop.signal.reason), { signal: done.signal });
      look();
    });
  }

  #changed(): void {
    if (!this.#isConnected) return;
    const { connectionState, iceConnectionState } = this.#peer;
    if (this.#isUp()) this.#recover({ kind: 'connected' });
    else if (iceConnectionState === 'failed') this.#recover({ kind: 'failed' });
    else if (iceConnectionState === 'disconnected') this.#recover({ kind: 'disconnected' });
    // ICE is well and yet the whole has failed: the server has closed DTLS, and no restart brings it back.
    else if (connectionState === 'failed') this.#lost();
  }

  #isUp(): boolean {
    const { connectionState, iceConnectionState } = this.#peer;
    return connectionState === 'connected' && (iceConnectionState === 'connected' || iceConnectionState === 'completed');
  }

  #recover(input: RecoveryInput): void {
    if (!this.#isConnected || this.#stop.signal.aborted) return;
    // A restart on a network that never failed changes no state, so no event tells of its success.
    const now: RecoveryInput = input.kind === 'wake' && this.#isUp() ? { kind: 'connected' } : input;
    for (const action of this.#recovery.handle(performance.now(), now)) {
      if (action.kind === 'give-up') this.#lost();
      else void this.#restart();
    }
    clearTimeout(this.#recoveryTimer);
    const { wakeAtMs } = this.#recovery;
    if (wakeAtMs !== undefined)
      this.#recoveryTimer = setTimeout(() => this.#recover({ kind: 'wake' }), Math.max(0, wakeAtMs - performance.now()));
  }

  /** RFC 9725 section 4.3.2. The call, its keys and its conversation stay; only the path is new. */
  async #restart(): Promise<void> {
    const call = this.#call;
    if (this.#isRestarting || call === undefined) return;
    this.#isRestarting = true;
    try {
      const ice = localIce(await this.#offer({ iceRestart: true }));
      if (ice === undefined) throw new Error('the offer names no ICE session');
      const { candidates, isLast } = this.#trickler.take();
      const answer = await restartIce(this.#setup.server, call, trickleFragment(ice, candidates, isLast));
      const sdp = restartedAnswer(this.#answerSdp, answer.fragment);
      if (sdp === undefined) throw new Error('the answer names no ICE session');
      await this.#peer.setRemoteDescription({ type: 'answer', sdp });
      this.#answerSdp = sdp;
      this.#call = { ...call, etag: answer.etag };
      this.#trickler.release();
    } catch (error) {
      if (this.#stop.signal.aborted) return;
      await this.#peer.setLocalDescription({ type: 'rollback' }).catch(() => undefined);
      if (error instanceof CallError && error.code === 'CALL_LOST') this.#lost();
      else this.#recover({ kind: 'restart-failed' });
    } finally {
      this.#isRestarting = false;
    }
  }

  #lost(): void {
    if (this.#stop.signal.aborted || !this.#isConnected || this.#isOver) return;
    this.close();
    this.#setup.listener.onLost('network/peer-gone');
  }

  async #stats(): Promise<readonly StatsEntry[]> {
    const entries: StatsEntry[] = [];
    (await this.#peer.getStats()).forEach((entry: StatsEntry) => entries.push(entry));
    return entries;
  }
}

function mediaUnreachable(): CallError {
  return new CallError(
    'MEDIA_UNREACHABLE',
    'The server answers, but sound cannot reach it from this network.',
    'A firewall or a VPN may block UDP: try another network. Whoever runs the server can offer a TURN server, or has to name its outside address.',
  );
}
