import type { PacketProtection } from '../legs/keyed-path.ts';
import { isSameKey, SRTP_PROFILES, type NamedKey, type SrtpKeying, type SrtpProfile } from '../srtp/srtp-keys.ts';
import { withMki, withoutMki } from '../srtp/master-key-identifier.ts';
import { SrtpReceiver, SrtpSender } from './srtp.ts';

/** SRTP of one leg whose keys signalling carries, and may replace: under the old key packets are heard until the first under the new one comes. */
export class SrtpSession implements PacketProtection {
  #keying: SrtpKeying;
  /** By key: one that is named again, be it by another name, goes on counting. To begin anew would encrypt two packets alike, and take old ones again. */
  readonly #senders = new Map<string, SrtpSender>();
  readonly #receivers = new Map<string, SrtpReceiver>();
  #sender: SrtpSender;
  #receiver: Receiver;
  /** Until the first packet under the new key. */
  #former: Receiver | undefined;
  #refused = 0;

  constructor(keying: SrtpKeying) {
    this.#keying = keying;
    this.#sender = this.#senderOf(keying);
    this.#receiver = this.#receiverOf(keying, undefined);
  }

  rekey(keying: SrtpKeying): void {
    const before = this.#keying;
    this.#keying = keying;
    this.#sender = this.#senderOf(keying);
    if (keying.profile === before.profile && isSameKey(keying.receive, before.receive)) return;
    this.#former = this.#receiver;
    this.#receiver = this.#receiverOf(keying, this.#former);
  }

  #senderOf({ profile, send }: SrtpKeying): SrtpSender {
    return kept(this.#senders, nameOf(profile, send), () => new SrtpSender(profile, send));
  }

  #receiverOf({ profile, receive }: SrtpKeying, former: Receiver | undefined): Receiver {
    const srtp = kept(this.#receivers, nameOf(profile, receive), () => new SrtpReceiver(profile, receive, former?.srtp));
    return new Receiver(profile, receive, srtp);
  }

  sealRtp(packet: Uint8Array): Uint8Array | undefined {
    return this.#named(this.#sender.rtp(packet), SRTP_PROFILES[this.#keying.profile].tagBytes);
  }

  sealRtcp(packet: Uint8Array): Uint8Array | undefined {
    return this.#named(this.#sender.rtcp(packet), SRTP_PROFILES[this.#keying.profile].rtcpTagBytes);
  }

  openRtp(packet: Uint8Array): Uint8Array | undefined {
    return this.#open(packet, 'rtp');
  }

  openRtcp(packet: Uint8Array): Uint8Array | undefined {
    return this.#open(packet, 'rtcp');
  }

  get refused(): number {
    return this.#refused;
  }

  #open(packet: Uint8Array, kind: 'rtp' | 'rtcp'): Uint8Array | undefined {
    const plain = this.#receiver.open(packet, kind);
    if (plain !== undefined) {
      if (kind === 'rtp') this.#former = undefined;
      return plain;
    }
    const former = this.#former?.open(packet, kind);
    if (former === undefined) this.#refused += 1;
    return former;
  }

  #named(packet: Uint8Array | undefined, tagBytes: number): Uint8Array | undefined {
    const { profile, send } = this.#keying;
    return packet === undefined || send.mki === undefined ? packet : withMki(packet, send.mki, behind(profile, tagBytes));
  }
}

/** Opens packets of one key. */
class Receiver {
  readonly #profile: SrtpProfile;
  readonly #mki: Uint8Array | undefined;
  readonly srtp: SrtpReceiver;

  constructor(profile: SrtpProfile, key: NamedKey, srtp: SrtpReceiver) {
    this.#profile = profile;
    this.#mki = key.mki;
    this.srtp = srtp;
  }

  open(packet: Uint8Array, kind: 'rtp' | 'rtcp'): Uint8Array | undefined {
    const { tagBytes, rtcpTagBytes } = SRTP_PROFILES[this.#profile];
    const bare =
      this.#mki === undefined ? packet : withoutMki(packet, this.#mki, behind(this.#profile, kind === 'rtp' ? tagBytes : rtcpTagBytes));
    return kind === 'rtp' ? this.srtp.rtp(bare) : this.srtp.rtcp(bare);
  }
}

/** Bytes that stand behind the identifier of the key: the tag, but the tag of GCM is a part of what is encrypted (RFC 7714 sections 8.1 and 9.1). */
function behind(profile: SrtpProfile, tagBytes: number): number {
  return profile === 'aead-aes128-gcm' ? 0 : tagBytes;
}

/** What is known by `name`, or made; the one that was asked for longest ago goes where there are too many. */
function kept<State>(states: Map<string, State>, name: string, make: () => State): State {
  const state = states.get(name) ?? make();
  states.delete(name);
  states.set(name, state);
  if (states.size > MAX_KEYS) states.delete(states.keys().next().value!);
  return state;
}

/** Of a key, whatever name it goes by. */
function nameOf(profile: SrtpProfile, { key, salt }: NamedKey): string {
  return `${profile} ${Buffer.from(key).toString('hex')} ${Buffer.from(salt).toString('hex')}`;
}

/** Each way. The other side makes its keys and may make many; ours are new each time a suite is entered, so that one that was left long ago does not come back. */
const MAX_KEYS = 8;
