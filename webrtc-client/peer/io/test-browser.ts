import { MediaStreamTrack, RTCPeerConnection, RTCRtpCodecParameters, RtpPacket, type RTCDataChannel } from 'werift';
import { writeRtp } from '#callers/rtp';
import { selfSignedCertificate } from '#kit/io/self-signed-certificate';
import type { PeerAnswer, PeerEvent, PeerNetwork, PeerSetup, PeerTransport, PeerTransportFactory } from '#media';

/** For tests: a peer of werift that offers as a browser does, and what our side heard of it. */
export class TestBrowser {
  readonly connection: RTCPeerConnection;
  readonly track = new MediaStreamTrack({ kind: 'audio' });
  readonly received: Buffer[] = [];
  readonly texts: string[] = [];
  channel: RTCDataChannel | undefined;
  sdp = '';

  /** `keyOfAnother`, in PEM: it signs with this instead of its certificate's own key. */
  constructor(keyOfAnother?: string) {
    this.connection = new RTCPeerConnection({
      iceServers: [],
      codecs: {
        audio: [new RTCRtpCodecParameters({ mimeType: 'audio/opus', clockRate: 48000, channels: 2, payloadType: 111 })],
        video: [],
      },
      ...(keyOfAnother === undefined
        ? {}
        : { dtls: { keys: { certPem: ANOTHER.cert, keyPem: keyOfAnother, signatureHash: { hash: 4, signature: 3 } } } }),
    });
  }

  async offer(): Promise<string> {
    this.connection.addTrack(this.track);
    this.channel = this.connection.createDataChannel('events');
    this.channel.onMessage.subscribe((message) => this.texts.push(message.toString()));
    this.connection.onTrack.subscribe((track) => track.onReceiveRtp.subscribe((packet) => this.received.push(packet.serialize())));
    await this.connection.setLocalDescription(await this.connection.createOffer());
    this.sdp = this.connection.localDescription!.sdp;
    return this.sdp;
  }

  async accept(answer: PeerAnswer): Promise<void> {
    await this.connection.setRemoteDescription({ type: 'answer', sdp: answerSdp(this.sdp, answer) });
  }

  sendRtp(sequence: number, payload: Uint8Array): void {
    const packet = writeRtp({ payloadType: 111, marker: false, sequence, timestamp: sequence * 960, ssrc: 0x1234, payload });
    this.track.writeRtp(RtpPacket.deSerialize(packet));
  }
}

const ANOTHER = await selfSignedCertificate({ commonName: 'WebRTC', validFromMs: Date.now() - 60_000, validToMs: Date.now() + 3_600_000 });

/** Our side of one call, and all it told. */
export class TestCall {
  readonly packets: Buffer[] = [];
  readonly events: PeerEvent[] = [];
  transport!: PeerTransport;
  #waiting: (() => void)[] = [];

  static async open(
    factory: PeerTransportFactory,
    sdp: string,
    network: Partial<PeerNetwork> = {},
    setup: Partial<PeerSetup> = {},
  ): Promise<TestCall> {
    const call = new TestCall();
    call.transport = await factory.open(
      { ...setupFrom(sdp, network), ...setup },
      {
        packet: (bytes) => {
          call.packets.push(Buffer.from(bytes));
          call.#told();
        },
        event: (event) => {
          call.events.push(event);
          call.#told();
        },
      },
    );
    return call;
  }

  /** Resolves once `what` holds; asked whenever something happens, on either side within some milliseconds. */
  async until(what: () => boolean, limitMs = 5_000): Promise<void> {
    const deadline = Date.now() + limitMs;
    while (!what()) {
      if (Date.now() > deadline) throw new Error(`not within ${limitMs} ms; events: ${JSON.stringify(this.events)}`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, 20);
        this.#waiting.push(() => {
          clearTimeout(timer);
          resolve();
        });
      });
    }
  }

  states(): readonly string[] {
    return this.events.flatMap((event) => (event.kind === 'state' ? [event.state] : []));
  }

  texts(): readonly string[] {
    return this.events.flatMap((event) => (event.kind === 'text' ? [event.text] : []));
  }

  #told(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const go of waiting) go();
  }
}

export const TEST_NETWORK: PeerNetwork = {
  ice: 'lite',
  bindAddresses: ['127.0.0.1'],
  externalAddresses: [],
  ports: { first: 0, last: 0 },
  iceServers: [],
  goneMs: 15_000,
  connectMs: 10_000,
};

/** Enough of an SDP reader for what the peers of the tests write. */
export function setupFrom(sdp: string, network: Partial<PeerNetwork> = {}): PeerSetup {
  const all = (name: string): readonly string[] => [...sdp.matchAll(new RegExp(`^a=${name}:(.*?)\\r?$`, 'gm'))].map((match) => match[1]!);
  const sctpPort = all('sctp-port')[0];
  return {
    remoteIce: {
      usernameFragment: all('ice-ufrag')[0]!,
      password: all('ice-pwd')[0]!,
      candidates: all('candidate').map((line) => `candidate:${line}`),
      lite: false,
    },
    remoteFingerprints: all('fingerprint').map((line) => ({ algorithm: line.split(' ')[0]!, value: line.split(' ')[1]! })),
    localSetup: 'passive',
    ...(sctpPort === undefined ? {} : { sctpPort: Number(sctpPort) }),
    network: { ...TEST_NETWORK, ...network },
  };
}

/** The answer as SDP, sections as in the offer. */
export function answerSdp(offer: string, answer: PeerAnswer): string {
  const lines = offer.split(/\r?\n/);
  const group = lines.find((line) => line.startsWith('a=group:')) ?? '';
  const mids = lines.filter((line) => line.startsWith('a=mid:'));
  const media = lines.filter((line) => line.startsWith('m='));
  const transport = [
    'c=IN IP4 0.0.0.0',
    `a=ice-ufrag:${answer.ice.usernameFragment}`,
    `a=ice-pwd:${answer.ice.password}`,
    `a=fingerprint:${answer.fingerprint.algorithm} ${answer.fingerprint.value}`,
    'a=setup:passive',
  ];
  const sections = media.flatMap((line, index) => {
    const isAudio = line.startsWith('m=audio');
    const payloads = isAudio
      ? ['a=rtpmap:111 opus/48000/2', 'a=sendrecv', 'a=rtcp-mux', 'a=msid:bot bot', 'a=ssrc:4321 cname:bot']
      : ['a=sctp-port:5000', 'a=max-message-size:65536'];
    const head = isAudio ? 'm=audio 9 UDP/TLS/RTP/SAVPF 111' : line;
    return [
      head,
      ...transport,
      mids[index]!,
      ...payloads,
      ...answer.ice.candidates.map((candidate) => `a=${candidate}`),
      'a=end-of-candidates',
    ];
  });
  return [
    'v=0',
    'o=- 1 1 IN IP4 0.0.0.0',
    's=-',
    't=0 0',
    ...(answer.iceLite ? ['a=ice-lite'] : []),
    group,
    'a=msid-semantic: WMS *',
    ...sections,
    '',
  ].join('\r\n');
}
