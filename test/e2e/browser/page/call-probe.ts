/** What the tests can do inside of a page; the tests see it as `ProbedPage`. */
interface CallProbe {
  /** Speaks PCM into the page's microphone, 16-bit at `rateHz`; resolves when it has been said. */
  say(pcmBase64: string, rateHz: number): Promise<void>;
  /** Begins to keep what the other side says. */
  record(): void;
  /** 16-bit PCM at 16 kHz, base64, since `record`. */
  recorded(): string;
  /** Every peer connection that the page made. */
  readonly connections: RTCPeerConnection[];
  /** Microphone streams that the page was given. */
  readonly microphones: MediaStream[];
  /** The way that the newest connection's packets leave: type of the local candidate, and how it reaches its relay. */
  path(): Promise<{ type: string; relayProtocol: string | undefined }>;
  /** What one gets from a TURN server: its relay candidates, or the errors that it answers. */
  relaysOf(server: RTCIceServer): Promise<{ candidates: string[]; errorCodes: number[] }>;
}

/**
 * A script that runs in the page before any of its own. Gives it a microphone that speaks on command instead of the fake device's beeps
 * (unless the address says `real-microphone`), and listens to the tracks of its peer connections without touching them.
 */
{
  const ownMicrophone = !location.hash.includes('real-microphone');
  const connections: RTCPeerConnection[] = [];
  const microphones: MediaStream[] = [];
  const remote: MediaStream[] = [];
  const chunks: Int16Array[] = [];
  let microphone: { context: AudioContext; destination: MediaStreamAudioDestinationNode } | undefined;

  const Original = globalThis.RTCPeerConnection;
  if (Original !== undefined) {
    globalThis.RTCPeerConnection = class extends Original {
      constructor(configuration?: RTCConfiguration) {
        super(configuration);
        connections.push(this);
        this.addEventListener('track', (event) => remote.push(new MediaStream([event.track])));
      }
    } as typeof RTCPeerConnection;
  }

  const devices = globalThis.navigator?.mediaDevices;
  if (devices !== undefined) {
    const real = devices.getUserMedia.bind(devices);
    devices.getUserMedia = async (constraints) => {
      const stream = await real(constraints); // so that permission and devices are asked for as always
      if (!ownMicrophone) {
        microphones.push(stream);
        return stream;
      }
      for (const track of stream.getTracks()) track.stop();
      const context = new AudioContext();
      microphone = { context, destination: context.createMediaStreamDestination() };
      const silence = context.createConstantSource();
      silence.offset.value = 0;
      silence.connect(microphone.destination);
      silence.start();
      microphones.push(microphone.destination.stream);
      return microphone.destination.stream;
    };
  }

  const decode = (base64: string): Int16Array => {
    const bytes = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
    return new Int16Array(bytes.buffer, 0, bytes.length >> 1);
  };

  const probe: CallProbe = {
    connections,
    microphones,
    async say(pcmBase64, rateHz) {
      if (microphone === undefined) throw new Error('the page has not asked for the microphone');
      const pcm = decode(pcmBase64);
      const buffer = microphone.context.createBuffer(1, pcm.length, rateHz);
      buffer.copyToChannel(
        Float32Array.from(pcm, (sample) => sample / 32768),
        0,
      );
      const source = microphone.context.createBufferSource();
      source.buffer = buffer;
      source.connect(microphone.destination);
      const said = new Promise((resolve) => source.addEventListener('ended', resolve, { once: true }));
      source.start();
      await said;
    },
    record() {
      const stream = remote.at(-1);
      if (stream === undefined) throw new Error('no remote track has come');
      chunks.length = 0;
      const context = new AudioContext({ sampleRate: 16_000 });
      // Not a worklet: the page's content policy takes no module but its own.
      const keep = context.createScriptProcessor(1024, 1, 1);
      keep.onaudioprocess = ({ inputBuffer }) => {
        chunks.push(
          Int16Array.from(inputBuffer.getChannelData(0), (sample) => Math.max(-32768, Math.min(32767, Math.round(sample * 32768)))),
        );
      };
      context.createMediaStreamSource(stream).connect(keep).connect(context.destination);
    },
    recorded() {
      let text = '';
      for (const chunk of chunks) for (const byte of new Uint8Array(chunk.buffer)) text += String.fromCharCode(byte);
      return btoa(text);
    },
    async path() {
      const entries = [...((await connections.at(-1)?.getStats())?.values() ?? [])] as Record<string, string | undefined>[];
      const pairId = entries.find((entry) => entry['type'] === 'transport')?.['selectedCandidatePairId'];
      const localId = entries.find((entry) => entry['id'] === pairId)?.['localCandidateId'];
      const local = entries.find((entry) => entry['id'] === localId);
      if (local === undefined) throw new Error('no pair of candidates is in use');
      return { type: local['candidateType'] ?? '', relayProtocol: local['relayProtocol'] };
    },
    async relaysOf(server) {
      const connection = new Original({ iceServers: [server], iceTransportPolicy: 'relay' });
      const candidates: string[] = [];
      const errorCodes: number[] = [];
      connection.addEventListener('icecandidate', ({ candidate }) => {
        if (candidate?.candidate) candidates.push(candidate.candidate);
      });
      connection.addEventListener('icecandidateerror', ({ errorCode }) => errorCodes.push(errorCode));
      const gathered = new Promise((resolve) =>
        connection.addEventListener('icegatheringstatechange', () => {
          if (connection.iceGatheringState === 'complete') resolve(undefined);
        }),
      );
      connection.createDataChannel('probe');
      await connection.setLocalDescription();
      await gathered;
      connection.close();
      return { candidates, errorCodes };
    },
  };
  Object.assign(globalThis, { callProbe: probe });
}
