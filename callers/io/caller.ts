import { parseSdp, writeSdp, type SdpSummary } from '../sip-text.ts';
import { type ReceivedPacket, type SentPacket } from '../packet-log.ts';
import type { PlayedSound } from '../speech-queue.ts';
import { CallRefused, KeptCall, pause, type CallEnd, type Talker } from '../talker.ts';
import { RtpLine } from './rtp-line.ts';
import { SipClient } from './sip-client.ts';

export { CallRefused, pause, type CallEnd } from '../talker.ts';

export interface DialOptions {
  readonly fromUser?: string;
  /** Further header fields of the INVITE, such as `X-Campaign`. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Offered payload types in order of preference; 0 is PCMU, 8 PCMA. */
  readonly payloadTypes?: readonly number[];
  /** Background noise under all that is sent; a loop at 8 kHz. */
  readonly noise?: Int16Array;
}

/** A telephone without a person: dials, speaks WAVs in real time, keeps every packet, knows when the bot speaks. */
export class Caller extends KeptCall implements Talker {
  readonly signallingId: string;
  readonly callId = undefined;
  readonly startedAtMs: number;
  readonly answeredAtMs: number;
  /** INVITE to 200. */
  readonly setupMs: number;
  readonly ended: Promise<CallEnd>;
  readonly #sip: SipClient;
  readonly #line: RtpLine;
  readonly #state: DialState;
  #remote: SdpSummary;

  private constructor(sip: SipClient, line: RtpLine, state: DialState, remote: SdpSummary, startedAtMs: number) {
    super();
    this.#sip = sip;
    this.#line = line;
    this.#state = state;
    this.#remote = remote;
    this.signallingId = sip.callId;
    this.startedAtMs = startedAtMs;
    this.answeredAtMs = performance.now();
    this.setupMs = this.answeredAtMs - startedAtMs;
    this.ended = state.ended;
  }

  /** Rejects with `CallRefused`, or with an error when nobody answers within 32 s. */
  static async dial(uri: string, options: DialOptions = {}): Promise<Caller> {
    const state = dialState();
    let line: RtpLine | undefined;
    const payloadTypes = options.payloadTypes ?? [0, 8];
    const sip = await SipClient.open(
      uri,
      { fromUser: options.fromUser ?? 'caller', headers: options.headers ?? {} },
      {
        onBye: () => state.end('bot'),
        onReinvite: () =>
          writeSdp({ address: sip.localAddress, port: line?.port ?? 0, payloadTypes: [payloadTypes[0] ?? 0], version: ++state.version }),
      },
    );
    try {
      line = await RtpLine.open(sip.localAddress);
      line.setNoise(options.noise);
      const startedAtMs = performance.now();
      const response = await sip.invite(writeSdp({ address: sip.localAddress, port: line.port, payloadTypes, version: state.version }));
      if ((response.status ?? 0) >= 300) throw new CallRefused(response.status ?? 0, uri, response.startLine);
      const remote = parseSdp(response.body);
      if (!remote || remote.port === 0) {
        await sip.request('BYE');
        throw new Error(`${uri} answered without audio`);
      }
      line.connect({ address: remote.address, port: remote.port }, lawOf(remote));
      return new Caller(sip, line, state, remote, startedAtMs);
    } catch (error) {
      line?.close();
      sip.close();
      throw error;
    }
  }

  get received(): readonly ReceivedPacket[] {
    return this.#line.received;
  }
  get sent(): readonly SentPacket[] {
    return this.#line.sent;
  }
  get remoteMedia(): SdpSummary {
    return this.#remote;
  }
  get hasEnded(): CallEnd | undefined {
    return this.#state.over;
  }

  /** Speaks 8 kHz audio; resolves when its last packet has left. */
  play(pcm8k: Int16Array): Promise<PlayedSound> {
    return this.#line.play(pcm8k);
  }

  setMuted(muted: boolean): void {
    this.#line.setMuted(muted);
  }

  async sendDigits(digits: string): Promise<void> {
    const payloadType = this.#remote.dtmfPayloadType;
    if (payloadType === undefined) throw new Error('the far side did not take telephone-event');
    for (const digit of digits) {
      await this.#line.sendDigit(digit, payloadType);
      await pause(100);
    }
  }

  /** DTMF by SIP INFO; resolves with the status. */
  infoDigit(digit: string): Promise<number> {
    return this.#sip.request('INFO', `Signal=${digit}\r\nDuration=160\r\n`, 'application/dtmf-relay');
  }

  /** Re-INVITE: holds, resumes, or moves to a new port. Resolves with the status. */
  async reinvite(change: {
    readonly direction?: SdpSummary['direction'];
    readonly newPort?: boolean;
  }): Promise<{ status: number; answer: SdpSummary | undefined }> {
    if (change.newPort) await this.#line.rebind(this.#sip.localAddress);
    const law = lawOf(this.#remote) === 'pcmu' ? 0 : 8;
    const body = writeSdp({
      address: this.#sip.localAddress,
      port: this.#line.port,
      payloadTypes: [law],
      version: ++this.#state.version,
      ...(change.direction === undefined ? {} : { direction: change.direction }),
    });
    const response = await this.#sip.invite(body);
    const answer = parseSdp(response.body);
    if ((response.status ?? 0) < 300 && answer && answer.port > 0) {
      this.#remote = answer;
      this.#line.connect({ address: answer.address, port: answer.port }, lawOf(answer));
    }
    return { status: response.status ?? 0, answer };
  }

  protected async end(): Promise<number> {
    const running = this.hasEnded === undefined;
    const status = running ? await this.#sip.request('BYE') : 0;
    if (running) this.#state.end('caller');
    this.#line.close();
    this.#sip.close();
    return status;
  }
}

interface DialState {
  readonly ended: Promise<CallEnd>;
  end(by: CallEnd['by']): void;
  over: CallEnd | undefined;
  version: number;
}

function dialState(): DialState {
  const { promise, resolve } = Promise.withResolvers<CallEnd>();
  const state: DialState = {
    ended: promise,
    over: undefined,
    version: 1,
    end(by) {
      if (state.over) return;
      state.over = { by, atMs: performance.now() };
      resolve(state.over);
    },
  };
  return state;
}

function lawOf(sdp: SdpSummary): 'pcmu' | 'pcma' {
  return sdp.payloadTypes[0] === 8 ? 'pcma' : 'pcmu';
}
