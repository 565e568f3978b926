import { PeerConnection, type DataChannel, type Track } from 'node-datachannel';
import type { Clock } from '#domain/clock';
import { type PeerAnswer, type PeerListener, type PeerSetup, type PeerTransport, type PeerTransportFactory } from '#media';

/**
 * A trial: browser legs carried by libdatachannel instead of our own ICE-lite, DTLS and SRTP, behind the same contract. It is here to be measured
 * (docs/decisions/2026-11-22-peer-transport.md) and does what a load needs: no ICE restart, no trickled candidates, no guard against hostile SCTP.
 */
export function createDataChannelFactory({ clock }: { readonly clock: Clock }): PeerTransportFactory {
  return {
    async open(setup: PeerSetup, listener: PeerListener): Promise<PeerTransport> {
      const [bindAddress] = setup.network.bindAddresses;
      const connection = new PeerConnection('bot', { iceServers: [], ...(bindAddress !== undefined && { bindAddress }) });
      let track: Track | undefined;
      let channel: DataChannel | undefined;
      connection.onTrack((opened) => {
        track = opened;
        opened.onMessage((bytes) => listener.packet(bytes));
      });
      connection.onDataChannel((opened) => {
        channel = opened;
        opened.onMessage((message) => {
          if (typeof message === 'string') listener.event({ kind: 'text', text: message, atMs: clock.nowMs() });
        });
        listener.event({ kind: 'channel-open', atMs: clock.nowMs() });
      });
      connection.onStateChange((state) => {
        if (state === 'connected') listener.event({ kind: 'state', state: 'connected', atMs: clock.nowMs() });
        if (state === 'failed' || state === 'disconnected')
          listener.event({ kind: 'state', state: 'failed', detail: state, atMs: clock.nowMs() });
        if (state === 'closed') listener.event({ kind: 'state', state: 'closed', atMs: clock.nowMs() });
      });
      const answer = await answerOf(connection, offerText(setup));
      const send = (packet: Uint8Array): void => {
        // The library keeps what it is given until it has been sent.
        if (track?.isOpen() === true) track.sendMessageBinary(Buffer.from(packet));
      };
      return {
        answer,
        sendRtp: send,
        sendRtcp: send,
        command: (command) => {
          if (command.kind !== 'send-text' || channel?.isOpen() !== true) return;
          try {
            channel.sendMessage(command.text);
          } catch {
            // It closed meanwhile.
          }
        },
        close: async () => connection.close(),
      };
    },
  };
}

async function answerOf(connection: PeerConnection, offer: string): Promise<PeerAnswer> {
  const gathered = new Promise<void>((resolve) => {
    connection.onGatheringStateChange((state) => {
      if (state === 'complete') resolve();
    });
  });
  connection.setRemoteDescription(offer, 'offer');
  await gathered;
  const sdp = connection.localDescription()!.sdp;
  const all = (name: string): readonly string[] => [...sdp.matchAll(new RegExp(`^a=${name}:(.*?)\\r?$`, 'gm'))].map((match) => match[1]!);
  const [algorithm, value] = all('fingerprint')[0]!.split(' ');
  return {
    ice: {
      usernameFragment: all('ice-ufrag')[0]!,
      password: all('ice-pwd')[0]!,
      candidates: [...new Set(all('candidate'))].map((line) => `candidate:${line}`),
    },
    iceLite: false,
    fingerprint: { algorithm: algorithm!, value: value! },
  };
}

/** What the transport is told of an offer, as an offer again: the payload types are those of the bench's peers. */
function offerText({ remoteIce, remoteFingerprints, sctpPort }: PeerSetup): string {
  const transport = [
    'c=IN IP4 0.0.0.0',
    `a=ice-ufrag:${remoteIce.usernameFragment}`,
    `a=ice-pwd:${remoteIce.password}`,
    ...remoteFingerprints.map(({ algorithm, value }) => `a=fingerprint:${algorithm} ${value}`),
    'a=setup:active',
  ];
  const candidates = remoteIce.candidates.map((line) => `a=${line}`);
  const audio = [
    'm=audio 9 UDP/TLS/RTP/SAVPF 111 0',
    ...transport,
    'a=mid:0',
    'a=sendrecv',
    'a=rtcp-mux',
    'a=rtpmap:111 opus/48000/2',
    'a=rtpmap:0 PCMU/8000',
  ];
  const data =
    sctpPort === undefined ? [] : ['m=application 9 UDP/DTLS/SCTP webrtc-datachannel', ...transport, 'a=mid:1', `a=sctp-port:${sctpPort}`];
  const group = `a=group:BUNDLE 0${sctpPort === undefined ? '' : ' 1'}`;
  return ['v=0', 'o=- 1 1 IN IP4 0.0.0.0', 's=-', 't=0 0', group, ...audio, ...candidates, ...data, ''].join('\r\n');
}
