import type { Ms } from '#domain/units';
import { SrtpReceiver, SrtpSender, type PeerSetup, type SrtpRefusals } from '#media';
import { CHANNEL_LABEL, MAX_MESSAGE_BYTES } from '../limits.ts';
import type { PeerCertificate } from './certificate.ts';
import { DtlsServer } from './dtls-server.ts';
import { SctpTextChannel } from './text-channel.ts';

export interface SecurePeerListener {
  send(datagram: Uint8Array): void;
  connected(): void;
  channelOpen(): void;
  text(text: string): void;
  /** Final. */
  ended(kind: 'closed' | 'failed', detail: string): void;
}

/** DTLS and what it keys and carries, whatever ICE lies below: SRTP both ways, and the data channel. */
export class SecurePeer {
  readonly #dtls: DtlsServer;
  readonly #channel: SctpTextChannel | undefined;
  /** Of the datagram at hand. */
  #nowMs: Ms;
  #sender: SrtpSender | undefined;
  #receiver: SrtpReceiver | undefined;

  constructor(nowMs: Ms, setup: PeerSetup, certificate: PeerCertificate, listener: SecurePeerListener) {
    this.#nowMs = nowMs;
    this.#dtls = new DtlsServer(certificate, setup.remoteFingerprints, ['aes128-cm-sha1-80', 'aead-aes128-gcm'], {
      send: (datagram) => listener.send(datagram),
      connected: (profile, keys) => {
        this.#sender = new SrtpSender(profile, keys.server);
        this.#receiver = new SrtpReceiver(profile, keys.client);
        listener.connected();
      },
      data: (bytes) => this.#channel?.receive(this.#nowMs, bytes),
      ended: (kind, detail) => listener.ended(kind, detail),
    });
    if (setup.sctpPort !== undefined) {
      this.#channel = new SctpTextChannel(setup.sctpPort, CHANNEL_LABEL, MAX_MESSAGE_BYTES, {
        send: (packet) => this.#dtls.send(packet),
        opened: () => listener.channelOpen(),
        text: (text) => listener.text(text),
        flooded: () => listener.ended('failed', 'too many messages on the data channel'),
      });
    }
  }

  /** A DTLS datagram; returns whether something authentic was in it. */
  receive(nowMs: Ms, datagram: Uint8Array): boolean {
    this.#nowMs = nowMs;
    return this.#dtls.receive(nowMs, datagram);
  }

  wake(nowMs: Ms): void {
    this.#dtls.wake(nowMs);
  }

  get wakeAtMs(): Ms | undefined {
    return this.#dtls.wakeAtMs;
  }

  /** Undefined: DTLS is not done, or not a packet. */
  sealRtp(packet: Uint8Array): Uint8Array | undefined {
    return this.#sender?.rtp(packet);
  }

  sealRtcp(packet: Uint8Array): Uint8Array | undefined {
    return this.#sender?.rtcp(packet);
  }

  /** Undefined: DTLS is not done, or the packet is not authentic, or a replay. */
  openRtp(packet: Uint8Array): Uint8Array | undefined {
    return this.#receiver?.rtp(packet);
  }

  openRtcp(packet: Uint8Array): Uint8Array | undefined {
    return this.#receiver?.rtcp(packet);
  }

  sendText(text: string): void {
    this.#channel?.sendText(text);
  }

  get refusals(): SrtpRefusals | undefined {
    return this.#receiver?.refusals;
  }

  /** Says goodbye. */
  close(): void {
    this.#channel?.close();
    this.#dtls.close();
  }
}
